import type { Kysely } from 'kysely';
import { NotOpened, type Sealer } from '../../domain/sealed.ts';
import { resealCredentials } from '../../domain/sealed-credentials.ts';
import type { Database } from '../schema.ts';

export interface Rotation {
  /** Sources whose credentials are sealed with the first key now. */
  readonly resealed: number;
  /** Those that were already. */
  readonly current: number;
  /** Those that do not open with any of the keys. */
  readonly unopened: readonly { readonly id: string; readonly name: string; readonly reason: string }[];
}

const pageSize = 500;

/** Seals the credentials of all organisations' sources with the first key. It may be stopped and run again. */
export async function rotateSecrets(db: Kysely<Database>, sealer: Sealer): Promise<Rotation> {
  const unopened: { id: string; name: string; reason: string }[] = [];
  let [resealed, current] = [0, 0];
  for (let after: string | null = null; ;) {
    let page = db
      .selectFrom('sources')
      .select(['id', 'name', 'organization_id', 'credentials'])
      .where('credentials', 'is not', null)
      .orderBy('id')
      .limit(pageSize);
    if (after !== null) page = page.where('id', '>', after);
    const rows = await page.execute();
    for (const { id, name, organization_id, credentials } of rows) {
      if (credentials === null) continue;
      if (sealer.isCurrent(credentials)) {
        current += 1;
        continue;
      }
      try {
        const anew = resealCredentials(sealer, credentials, organization_id);
        // Whoever gives other credentials meanwhile wins.
        await db
          .updateTable('sources')
          .set({ credentials: anew })
          .where('id', '=', id)
          .where('credentials', '=', credentials)
          .execute();
        resealed += 1;
      } catch (error) {
        if (!(error instanceof NotOpened)) throw error;
        unopened.push({ id, name, reason: error.message });
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return { resealed, current, unopened };
    after = last.id;
  }
}
