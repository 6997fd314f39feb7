import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { migrate } from '../../gateways/migrate.ts';
import { engines } from '../engines/engines.ts';

/** A migrated database of the test file's own; removed when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

export async function testDatabase(
  options: { readonly migrated: boolean } = { migrated: true },
): Promise<TestDatabase> {
  const admin = engines().databaseUrl;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await once(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  if (options.migrated) await migrate(url.href, pino({ level: 'silent' }));
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => once(admin, `drop database if exists ${name} with (force)`),
  };
}

async function once(databaseUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
