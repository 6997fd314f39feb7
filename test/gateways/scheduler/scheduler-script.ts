import { pino } from 'pino';
import { Registry } from 'prom-client';
import { scheduler } from '../../../gateways/scheduler/scheduler.ts';
import { loadConfig } from '../../../streams/config.ts';
import type { Runtime } from '../../../streams/runtime.ts';

/** A scheduler in a process whose clock is wrong. Arguments: address of the database, milliseconds ahead. */
const [, , databaseUrl = '', aheadMs = '0'] = process.argv;

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(RealDate.now() + Number(aheadMs));
    else super(...(given as [number]));
  }
  static override now = (): number => RealDate.now() + Number(aheadMs);
} as DateConstructor;

const config = loadConfig({ DATABASE_URL: databaseUrl, MIMIR_DATA_DIR: '/nonexistent' });
const service = await scheduler.open({ config, log: pino({ level: 'silent' }), metrics: new Registry() } as Runtime);
process.send?.('ready');
process.on('disconnect', () => {
  void service.close().then(() => process.exit(0));
});
