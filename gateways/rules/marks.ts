import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import { storable } from '../article-record.ts';
import type { Database, MarkingRule } from '../schema.ts';
import { writeToOutbox } from '../services/outbox.ts';
import { type Marks, noMarks } from './judge.ts';
import type { JudgedArticle, MarksChange, StoredMarks } from './marks-change.ts';
import { routedRecords } from './routed.ts';

/** A number of our own choice, the same in every process. */
const lockSpace = 7_306_014;

/**
 * Holds the articles until the transaction ends: whoever judges them next finds what is written now, and what is read
 * after this call is as new as what anybody has judged. Reading first would let a process that was paused in between
 * write what was true before its pause.
 */
export async function lockForJudging(transaction: Kysely<Database>, articleIds: readonly string[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${sql.lit(lockSpace)}, key)
    from (select distinct hashtext(id) as key from unnest(${articleIds}::text[]) id order by key) keys
  `.execute(transaction);
}

/** Of all organisations. */
export async function readMarks(db: Kysely<Database>, articleIds: readonly string[]): Promise<readonly StoredMarks[]> {
  if (articleIds.length === 0) return [];
  const { rows } = await sql<StoredMarks>`
    select article_id as "articleId", organization_id as "organizationId", tags, tag_keys as "tagKeys", dropped, priority,
      routes, rules, article_version as "articleVersion"
    from article_marks where article_id = any(${articleIds}::uuid[])
  `.execute(db);
  return rows;
}

/**
 * Those whose marks differ from what is stored. While some rules are still to be judged nothing is taken away: what they
 * did to the version before stays until they are.
 */
export function changesOf(judged: readonly JudgedArticle[], stored: readonly StoredMarks[]): readonly MarksChange[] {
  const rows = new Map(stored.map((row) => [keyOf(row.organizationId, row.articleId), row]));
  return judged.flatMap((one) => {
    const before = rows.get(keyOf(one.organizationId, one.article.id));
    const { marks, isComplete } = one.judgement;
    if (!isComplete && !namesAll(marks.rules, before?.rules ?? [])) return [];
    return differs(before ?? noMarks, marks) || isNewlyTold(one, before) ? [{ ...one, before }] : [];
  });
}

const keyOf = (organizationId: string, articleId: string): string => `${organizationId}/${articleId}`;

const namesAll = (rules: readonly MarkingRule[], before: readonly MarkingRule[]): boolean =>
  before.every(({ id }) => rules.some((rule) => rule.id === id));

function differs(before: Marks, after: Marks): boolean {
  const names = Object.keys(noMarks) as (keyof Marks)[];
  return names.some((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** Who follows a route hears of every version of an article. */
function isNewlyTold({ article, judgement }: JudgedArticle, before: StoredMarks | undefined): boolean {
  return judgement.marks.routes.length > 0 && before !== undefined && article.version > before.articleVersion;
}

/**
 * Writes marks, and tells the routes. The articles were locked by `lockForJudging` before they were read, in the same
 * transaction.
 *
 * @param nowMs milliseconds since 1970
 */
export async function writeMarks(
  transaction: Kysely<Database>,
  changes: readonly MarksChange[],
  nowMs: number,
): Promise<void> {
  const marked = changes.filter(isAnything);
  const gone = changes.filter((change) => !isAnything(change));
  const stored = await storeMarks(transaction, marked, nowMs);
  await removeMarks(transaction, gone);
  const told = [...gone, ...marked.filter((change) => stored.has(keyOf(change.organizationId, change.article.id)))];
  await writeToOutbox(
    transaction,
    'article-routed',
    told.flatMap((change) => routedRecords(change, nowMs)),
  );
}

const isAnything = ({ judgement }: MarksChange): boolean => judgement.marks.rules.length > 0;

/**
 * Articles that were deleted meanwhile get none: the lock on an article's row makes its deletion wait, which then takes
 * the marks along.
 *
 * @returns keys of what was stored
 */
async function storeMarks(
  transaction: Kysely<Database>,
  changes: readonly MarksChange[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  const given = changes.map(({ article, organizationId, rulesRevision, judgement }) => {
    const { tagKeys, ...marks } = judgement.marks;
    return {
      ...marks,
      tag_keys: tagKeys,
      article_id: article.id,
      organization_id: organizationId,
      article_version: article.version,
      rules_revision: rulesRevision,
    };
  });
  const { rows } = await sql<{ article_id: string; organization_id: string }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(storable(given))}::json) as one (article_id uuid,
        organization_id uuid, tags text[], tag_keys text[], dropped boolean, priority smallint, routes text[],
        rules jsonb, article_version bigint, rules_revision bigint)
    ), there as (
      select id from content.articles where id in (select article_id from given) order by id for key share
    )
    insert into article_marks (article_id, organization_id, tags, tag_keys, dropped, priority, routes, rules,
      article_version, rules_revision, judged_at)
    select article_id, organization_id, tags, tag_keys, dropped, priority, routes, rules, article_version,
      rules_revision, ${new Date(nowMs)}
    from given join there on there.id = given.article_id
    order by article_id, organization_id
    on conflict (article_id, organization_id) do update set tags = excluded.tags, tag_keys = excluded.tag_keys,
      dropped = excluded.dropped, priority = excluded.priority, routes = excluded.routes, rules = excluded.rules,
      article_version = excluded.article_version, rules_revision = excluded.rules_revision,
      judged_at = excluded.judged_at
    returning article_id, organization_id
  `.execute(transaction);
  return new Set(rows.map((row) => keyOf(row.organization_id, row.article_id)));
}

async function removeMarks(transaction: Kysely<Database>, changes: readonly MarksChange[]): Promise<void> {
  if (changes.length === 0) return;
  const given = changes.map(({ article, organizationId }) => {
    return { article_id: article.id, organization_id: organizationId };
  });
  await sql`
    delete from article_marks stored
    using json_to_recordset(${JSON.stringify(given)}::json) as given (article_id uuid, organization_id uuid)
    where stored.article_id = given.article_id and stored.organization_id = given.organization_id
  `.execute(transaction);
}
