import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { v7 } from 'uuid';
import { NotOpened, type Sealer } from '../../../domain/sealed.ts';
import { sealChannelSecret } from '../../../domain/sealed-channel-secret.ts';
import type { Database, NotificationChannels } from '../../schema.ts';
import {
  type ChannelChanges,
  channelChangesSchema,
  faultOfAddress,
  maxChannels,
  type NewChannel,
  newChannelSchema,
} from './channel-input.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import { queueNotification } from './notification-queue.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import { lockOrganization } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { newestFirst, type SettingsList } from '../settings/settings-list.ts';
import { requireRoom } from '../settings/room.ts';

/** Where an organisation is notified, as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly address: string | null;
  readonly enabled: boolean;
  /** Notifications that wait for it. */
  readonly waiting: number;
  /** Null while it works. */
  readonly failing_since: string | null;
  readonly retry_at: string | null;
  readonly last_error: string | null;
  readonly delivered_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Only where it was made just now. */
  readonly secret: string | null;
}

/**
 * The channels of one organisation. Another organisation's ids are unknown here.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Channels {
  create(input: NewChannel): Promise<Channel>;
  get(id: string): Promise<Channel>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<Channel>>;
  /** A channel that was failing is tried again at once. */
  change(id: string, changes: ChannelChanges): Promise<Channel>;
  /** What waits for it is dropped. */
  remove(id: string): Promise<void>;
  /** Queues a notification that says that it is a test. */
  test(id: string): Promise<Channel>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sealer: Pick<Sealer, 'seal'>;
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another channel of the organisation has this name',
});

export function openChannels({ db, organizationId, now, sealer }: Ports): Channels {
  const rows = (from: Kysely<Database>) =>
    from
      .selectFrom('notification_channels as c')
      .selectAll()
      .select((eb) =>
        eb
          .selectFrom('notifications as n')
          .select(({ fn }) => fn.countAll<number>().as('waiting'))
          .whereRef('n.channel_id', '=', 'c.id')
          .where('n.delivered_at', 'is', null)
          .where('n.given_up_at', 'is', null)
          .as('waiting'),
      )
      .where('c.organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('c.id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('channel', id);
    return row;
  };

  return {
    create: (input) =>
      writing(nameTaken, () => {
        const given = checked(newChannelSchema, input);
        checkAddress(given.kind, given.address);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await requireRoom(transaction, 'notification_channels', organizationId, {
            most: maxChannels,
            nouns: 'channels',
          });
          const id = v7();
          // The form of Standard Webhooks: 24 to 64 bytes.
          const secret = given.kind === 'webhook' ? `whsec_${randomBytes(32).toString('base64')}` : null;
          await transaction
            .insertInto('notification_channels')
            .values({
              ...given,
              id,
              organization_id: organizationId,
              secret: secret === null ? null : sealed(sealer, secret, organizationId),
            })
            .execute();
          return channelOf(await one(transaction, id), secret);
        });
      }),

    get: (id) => reading(async () => channelOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('channels', input, rows(db), (row) => channelOf(row), 'c.id')),

    change: (id, input) =>
      writing(nameTaken, () => {
        const changes = checked(channelChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          const before = await one(transaction, checked(idSchema, id));
          if (changes.address !== undefined) checkAddress(before.kind, changes.address);
          await transaction
            .updateTable('notification_channels')
            .set({ ...changes, failures: 0, retry_at: null, updated_at: new Date(now()) })
            .where('id', '=', before.id)
            .execute();
          return channelOf(await one(transaction, before.id));
        });
      }),

    remove: (id) =>
      reading(async () => {
        const { id: known } = await one(db, checked(idSchema, id));
        await db.deleteFrom('notification_channels').where('id', '=', known).execute();
      }),

    test: (id) =>
      reading(() =>
        db.transaction().execute(async (transaction) => {
          const { id: channelId, name } = await one(transaction, checked(idSchema, id));
          await queueNotification(transaction, {
            id: v7(),
            channel_id: channelId,
            organization_id: organizationId,
            type: 'test',
            data: { title: `A test of ${name}` },
          });
          return channelOf(await one(transaction, channelId));
        }),
      ),
  };
}

/** @throws Invalid for ids that are not channels of the organisation */
export async function existingChannels(
  from: Kysely<Database>,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const known = await from
    .selectFrom('notification_channels')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', 'in', [...ids])
    .execute();
  const at = ids.findIndex((id) => known.every((row) => row.id !== id));
  if (at < 0) return;
  const detail = `there is no channel ${ids[at]}`;
  throw new Invalid({ field: `channel_ids.${at}`, code: 'unknown_channel', detail });
}

function checkAddress(kind: string, address: string | null): void {
  const detail = faultOfAddress(kind, address);
  if (detail !== null) throw new Invalid({ field: 'address', code: 'bad_address', detail });
}

function sealed(sealer: Pick<Sealer, 'seal'>, secret: string, organizationId: string): string {
  try {
    return sealChannelSecret(sealer, secret, organizationId);
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    throw new Invalid({ field: 'kind', code: 'no_key', detail: error.message });
  }
}

function channelOf(
  row: Selectable<NotificationChannels> & { readonly waiting: number | null },
  secret: string | null = null,
): Channel {
  const { id, name, kind, address, enabled, waiting, last_error } = row;
  return {
    id,
    name,
    kind,
    address,
    enabled,
    waiting: waiting ?? 0,
    failing_since: row.failing_since?.toISOString() ?? null,
    retry_at: row.retry_at?.toISOString() ?? null,
    last_error,
    delivered_at: row.delivered_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    secret,
  };
}
