import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { openSealer, type Sealer } from '../../domain/sealed.ts';
import { openChannelSecret } from '../../domain/sealed-channel-secret.ts';
import { messageOf } from '../../streams/errors.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { openHttpClient } from '../../streams/http/client.ts';
import { ownPorts } from '../../streams/http/own-ports.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { openPostgres } from '../postgres.ts';
import { openListener } from '../serving/listener.ts';
import { startLoop } from '../serving/loop.ts';
import { channels } from '../services/notifications.ts';
import { channelAdapters } from './channels.ts';
import type { DeliveryContext, DeliveryResult } from './channels/adapter.ts';
import {
  type ClaimedChannel,
  claimChannels,
  nextNotification,
  noteResult,
  releaseClaim,
  type WaitingNotification,
} from './claims.ts';
import { gatherDue } from './gather.ts';

const lookEveryMs = 1_000;
/** Channels that are sent to at once by a process. */
const maxAtOnce = 16;

/** Any number may run: alerts are gathered and channels are claimed by row, and a claim of one that died runs out. */
export const notify: ServiceDefinition = {
  name: 'notify',
  purpose: 'Tells people of alerts: gathers what is due and sends it to webhooks and e-mail, again until it arrives.',
  async open(runtime): Promise<Service> {
    const { config } = runtime;
    const log = runtime.log.child({ service: 'notify' });
    const pool = openPostgres(config.databaseUrl, { log, max: 6 });
    const listener = openListener(config.databaseUrl, channels.notifications, log);
    const http = openHttpClient({ egress: config.egress, log, ownPorts: ownPorts(config) });
    const sending = new Sending(pool, openSealer(config.secretKeys), {
      http,
      now: Date.now,
      log,
      mail: config.mail,
    });
    const loop = startLoop({
      log,
      what: 'notifying',
      async turn(signal) {
        let due = await gatherDue(pool);
        while (due > 0 && !signal.aborted) due = await gatherDue(pool);
        await sending.startDue();
        const hasEnded = new AbortController();
        const woken = AbortSignal.any([signal, hasEnded.signal]);
        // A channel that has ended makes place for another.
        void sending.oneEnded().then(() => hasEnded.abort());
        await listener.wait(lookEveryMs, woken);
      },
    });
    return {
      health: () => Promise.resolve(loop.health('notify')),
      async close() {
        await loop.stop();
        await sending.stop();
        await listener[Symbol.asyncDispose]();
        await http.close();
        await pool.end();
      },
    };
  },
};

/** What is under way to channels. */
class Sending {
  readonly #pool: Pool;
  readonly #sealer: Pick<Sealer, 'open'>;
  readonly #context: Omit<DeliveryContext, 'signal'>;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(pool: Pool, sealer: Pick<Sealer, 'open'>, context: Omit<DeliveryContext, 'signal'>) {
    this.#pool = pool;
    this.#sealer = sealer;
    this.#context = context;
  }

  async startDue(): Promise<void> {
    const room = maxAtOnce - this.#underWay.size;
    if (room <= 0) return;
    for (const channel of await claimChannels(this.#pool, room)) {
      const work = this.#sendAll(channel)
        .catch((error: unknown) => this.#context.log.warn({ err: error, channel: channel.id }, 'notifying failed'))
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }

  /** Resolves when one that is under way now has ended; never where none is. */
  async oneEnded(): Promise<void> {
    await (this.#underWay.size === 0 ? new Promise<never>(() => undefined) : Promise.race(this.#underWay));
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service is stopping'));
    await Promise.all(this.#underWay);
  }

  /** One after the other, until none waits or one fails. */
  async #sendAll(channel: ClaimedChannel): Promise<void> {
    let claim = channel.claimed_until;
    while (!this.#stopping.signal.aborted) {
      const notification = await nextNotification(this.#pool, channel.id);
      if (notification === undefined) break;
      const result = await this.#send(channel, notification);
      // Whether it arrived is not known: it is sent again, under the same id.
      if (this.#stopping.signal.aborted && result.kind !== 'delivered') break;
      passFailPoint('outbox-sent', notify.name);
      const next = await noteResult(this.#pool, { id: channel.id, claimed_until: claim }, notification.id, result);
      if (next === undefined) {
        if (result.kind !== 'delivered') this.#tell(channel, result.reason);
        return;
      }
      claim = next;
    }
    await releaseClaim(this.#pool, { id: channel.id, claimed_until: claim });
  }

  async #send(channel: ClaimedChannel, { id, type, data, created_at }: WaitingNotification): Promise<DeliveryResult> {
    const { name, organization_id, address, kind } = channel;
    const adapter = channelAdapters.find((one) => one.kind === kind);
    if (adapter === undefined) return { kind: 'failed', reason: `this version knows no channels of kind ${kind}` };
    try {
      const secret = channel.secret === null ? null : openChannelSecret(this.#sealer, channel.secret, organization_id);
      return await adapter.send(
        { id, type, data, createdAt: created_at },
        { name, organizationId: organization_id, address, secret },
        { ...this.#context, signal: this.#stopping.signal },
      );
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  }

  #tell({ id, organization_id }: ClaimedChannel, reason: string): void {
    const log: Logger = this.#context.log;
    log.warn({ channel: id, organizationId: organization_id, reason }, 'a notification did not arrive');
  }
}
