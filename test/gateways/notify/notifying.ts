import type { IncomingMessage, ServerResponse } from 'node:http';
import { openSealer } from '../../../domain/sealed.ts';
import { raiseAlerts, type Cause } from '../../../gateways/alerts/raise-alerts.ts';
import { inTransaction, typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import type { AlertSettingsChanges } from '../../../gateways/services/alerts/alert-settings-input.ts';
import { openAlerts } from '../../../gateways/services/alerts/alerts.ts';
import { type Channel, openChannels } from '../../../gateways/services/alerts/channels.ts';
import { serve, type LoopbackServer } from '../../streams/http/loopback-server.ts';
import type { World } from '../world.ts';

/** A key that seals in tests. */
export const secretKeys = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export interface Received {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A webhook's receiver on loopback. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Answers 204 unless set. */
  answer: (request: Received, response: ServerResponse) => void;
  readonly server: LoopbackServer;
}

export async function openReceiver(port?: number): Promise<Receiver> {
  const received: Received[] = [];
  const server = await serve(
    (request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (text += part));
      request.on('end', () => {
        const one = {
          id: String(request.headers['webhook-id']),
          headers: request.headers,
          text,
          body: JSON.parse(text),
        };
        received.push(one);
        receiver.answer(one, response);
      });
    },
    '127.0.0.1',
    port,
  );
  const receiver: Receiver = {
    url: `${server.origin}/hook`,
    received,
    answer: (_, response) => response.writeHead(204).end(),
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return receiver;
}

export const channelsOf = (world: World, organizationId = defaultOrganizationId) =>
  openChannels({
    db: typedQueries(world.pool),
    organizationId,
    now: Date.now,
    sealer: openSealer(world.runtime.config.secretKeys),
  });

let number = 0;
export const webhookTo = (world: World, { url }: Pick<Receiver, 'url'>): Promise<Channel> =>
  channelsOf(world).create({ name: `channel ${(number += 1)}`, kind: 'webhook', address: url });

/** Raises alerts as the watch stage does. */
export const raise = (world: World, ...causes: readonly (Partial<Cause> & Pick<Cause, 'window'>)[]) =>
  inTransaction(world.pool, (client) =>
    raiseAlerts(
      client,
      causes.map((cause) => ({
        organization_id: defaultOrganizationId,
        kind: 'stage_lag',
        subject: 'embed',
        title: `alert ${cause.window}`,
        channel_ids: [],
        ...cause,
      })),
    ),
  );

/** What the default organisation says of how alerts are gathered. */
export const gather = (world: World, kinds: NonNullable<AlertSettingsChanges['kinds']>) =>
  openAlerts({
    db: typedQueries(world.pool),
    organizationId: defaultOrganizationId,
    now: Date.now,
  }).changeSettings({ kinds });

/** A saved search as a row alone: what it asks is of no interest here. */
export async function savedSearch(
  world: World,
  fields: { readonly channel_ids: readonly string[] } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const row = { id: crypto.randomUUID(), organization_id: defaultOrganizationId, query: '{}', ...fields };
  const names = Object.keys(row);
  await world.pool.query(
    `insert into saved_searches (name, ${names.join(', ')})
     values ($1, ${names.map((_, at) => `$${at + 2}`).join(', ')})`,
    [`search ${row.id}`, ...Object.values(row)],
  );
  return row.id;
}
