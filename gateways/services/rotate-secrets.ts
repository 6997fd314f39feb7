import type { Kysely } from 'kysely';
import { NotOpened, type Sealer } from '../../domain/sealed.ts';
import { resealChannelSecret } from '../../domain/sealed-channel-secret.ts';
import { resealCredentials } from '../../domain/sealed-credentials.ts';
import type { Database } from '../schema.ts';

export interface Rotation {
  /** Credentials of sources and secrets of channels that are sealed with the first key now. */
  readonly resealed: number;
  /** Those that were already. */
  readonly current: number;
  /** Those that do not open with any of the keys, by the source or channel that they are of. */
  readonly unopened: readonly { readonly id: string; readonly name: string; readonly reason: string }[];
}

interface SealedRow {
  readonly id: string;
  readonly name: string;
  readonly organization_id: string;
  readonly sealed: string;
}

/** A column of sealed texts. */
interface SealedColumn {
  /** The rows behind an id, in the order of their ids. */
  page(db: Kysely<Database>, after: string): Promise<readonly SealedRow[]>;
  /** @throws NotOpened */
  reseal(sealer: Sealer, sealed: string, organizationId: string): string;
  /** Whoever gives another meanwhile wins. */
  replace(db: Kysely<Database>, row: SealedRow, anew: string): Promise<void>;
}

const pageSize = 500;

const credentialsOfSources: SealedColumn = {
  page: (db, after) =>
    db
      .selectFrom('sources')
      .select(['id', 'name', 'organization_id', 'credentials as sealed'])
      .where('credentials', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .$narrowType<{ sealed: string }>()
      .execute(),
  reseal: resealCredentials,
  async replace(db, { id, sealed }, credentials) {
    await db
      .updateTable('sources')
      .set({ credentials })
      .where('id', '=', id)
      .where('credentials', '=', sealed)
      .execute();
  },
};

const secretsOfChannels: SealedColumn = {
  page: (db, after) =>
    db
      .selectFrom('notification_channels')
      .select(['id', 'name', 'organization_id', 'secret as sealed'])
      .where('secret', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .$narrowType<{ sealed: string }>()
      .execute(),
  reseal: resealChannelSecret,
  async replace(db, { id, sealed }, secret) {
    await db
      .updateTable('notification_channels')
      .set({ secret })
      .where('id', '=', id)
      .where('secret', '=', sealed)
      .execute();
  },
};

/** Seals what all organisations keep sealed with the first key. It may be stopped and run again. */
export async function rotateSecrets(db: Kysely<Database>, sealer: Sealer): Promise<Rotation> {
  const unopened: { id: string; name: string; reason: string }[] = [];
  let [resealed, current] = [0, 0];
  for (const column of [credentialsOfSources, secretsOfChannels]) {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const rows = await column.page(db, after);
      for (const row of rows) {
        if (sealer.isCurrent(row.sealed)) {
          current += 1;
          continue;
        }
        try {
          await column.replace(db, row, column.reseal(sealer, row.sealed, row.organization_id));
          resealed += 1;
        } catch (error) {
          if (!(error instanceof NotOpened)) throw error;
          unopened.push({ id: row.id, name: row.name, reason: error.message });
        }
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) break;
      after = last.id;
    }
  }
  return { resealed, current, unopened };
}
