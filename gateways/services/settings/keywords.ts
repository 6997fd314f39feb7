import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import { lockOrganization, tellStages } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import {
  type KeywordChanges,
  keywordChangesSchema,
  maxKeywords,
  type NewKeyword,
  newKeywordSchema,
} from './topic-input.ts';
import { tooMany } from './room.ts';
import { newestFirst, type SettingsList } from './settings-list.ts';

/** A keyword of an organisation as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface OrganizationKeyword {
  readonly id: string;
  readonly keyword: string;
  readonly weight: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * The keywords of one organisation. Another organisation's ids are unknown here. A change holds for the articles that
 * are judged after it, within seconds; `mimir replay relevance` applies it to those of before.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Keywords {
  create(input: NewKeyword): Promise<OrganizationKeyword>;
  get(id: string): Promise<OrganizationKeyword>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<OrganizationKeyword>>;
  change(id: string, changes: KeywordChanges): Promise<OrganizationKeyword>;
  remove(id: string): Promise<void>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const taken = new Invalid({
  field: 'keyword',
  code: 'keyword_taken',
  detail: 'the organisation has this keyword already',
});

export function openKeywords({ db, organizationId, now }: Ports): Keywords {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('keywords').selectAll().where('organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('keyword', id);
    return row;
  };

  /** Does the work on all keywords of the organisation, and then tells the stages of all of them. */
  const changing = <T>(work: (transaction: Kysely<Database>) => Promise<T>): Promise<T> =>
    writing(taken, () =>
      db.transaction().execute(async (transaction) => {
        await lockOrganization(transaction, organizationId);
        const result = await work(transaction);
        const all = await rows(transaction).orderBy('id').execute();
        if (all.length > maxKeywords) throw tooMany('keywords', maxKeywords);
        const keywords = all.map(({ keyword, weight }) => ({ keyword, weight }));
        const value = { organization_id: organizationId, keywords, updated_at: now() };
        await tellStages(transaction, 'keyword-set', organizationId, keywords.length === 0 ? null : value);
        return result;
      }),
    );

  return {
    create: (input) =>
      changing(async (transaction) => {
        const row = { ...checked(newKeywordSchema, input), id: v7(), organization_id: organizationId };
        await transaction.insertInto('keywords').values(row).execute();
        return keywordOf(await one(transaction, row.id));
      }),

    get: (id) => reading(async () => keywordOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('keywords', input, rows(db), keywordOf)),

    change: (id, input) =>
      changing(async (transaction) => {
        const changes = checked(keywordChangesSchema, input);
        const before = await one(transaction, checked(idSchema, id));
        await transaction
          .updateTable('keywords')
          .set({ ...changes, updated_at: new Date(now()) })
          .where('id', '=', before.id)
          .execute();
        return keywordOf(await one(transaction, before.id));
      }),

    remove: (id) =>
      changing(async (transaction) => {
        const before = await one(transaction, checked(idSchema, id));
        await transaction.deleteFrom('keywords').where('id', '=', before.id).execute();
      }),
  };
}

function keywordOf(row: {
  readonly id: string;
  readonly keyword: string;
  readonly weight: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}): OrganizationKeyword {
  const { id, keyword, weight, created_at, updated_at } = row;
  return { id, keyword, weight, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}
