import type { Redis } from 'ioredis';
import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { QueryDocument } from '../../domain/query/document.ts';
import { messageOf, TransientError } from '../../streams/errors.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { stageError, timeoutOf } from '../postgres.ts';
import type { Database } from '../schema.ts';
import { changingLists } from './changing-lists.ts';
import { articlesToJudge, judgeArticles } from './judge-articles.ts';
import type { LiveRules } from './live-rules.ts';
import type { MarksChange } from './marks-change.ts';
import { lockForJudging, writeMarks } from './marks.ts';

/** Of the service that does this. */
export const applierName = 'rule-applier';

export interface ApplyPorts {
  readonly db: Kysely<Database>;
  readonly redis: Redis;
  readonly rules: LiveRules;
  /** The articles among the ids, as queries see them; with vectors where any rule of the organisation asks for them. */
  readonly documents: (transaction: Kysely<Database>, ids: readonly string[]) => Promise<readonly QueryDocument[]>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  /** Articles in one transaction. */
  readonly batchSize?: number;
}

/** Some hundred milliseconds of work, for which nobody else judges these articles. */
const defaultBatchSize = 100;

interface OpenRun {
  readonly id: string;
  readonly organization_id: string;
  readonly rule_id: string | null;
  readonly state: string;
  readonly last_article_id: string | null;
}

/**
 * Takes the run that has come least far a batch further: judges articles, writes what changes, and how far it is, in one
 * transaction. Whoever dies in between leaves the run where it was. Any number of processes may do this at once.
 *
 * @returns false: no run is open, or others are at work on all of them
 * @throws TransientError where Postgres, Redis or the model is away, or all open runs wait for others
 */
export async function applyNextBatch(ports: ApplyPorts): Promise<boolean> {
  const { db, redis, log } = ports;
  const open = await openRuns(db);
  let held: unknown;
  for (const { id, organization_id: organizationId } of open) {
    await ports.rules.refresh(db, [organizationId]);
    try {
      const isTaken = await changingLists(redis, (lists) =>
        db.transaction().execute(async (transaction) => {
          const run = await claim(transaction, id);
          if (run === undefined) return false;
          await applyBatch(transaction, ports, run, () => lists.begin());
          passFailPoint('postgres-written', applierName);
          await lists.confirm();
          return true;
        }),
      );
      if (isTaken) return true;
    } catch (error) {
      const classed = stageError(error);
      const timeout = timeoutOf(error);
      if (timeout === 'lock' || timeout === 'idle') {
        // Somebody else keeps its articles, or what it asks answers late: those behind it may go on meanwhile.
        held ??= classed;
        continue;
      }
      if (classed instanceof TransientError && timeout === undefined) throw classed;
      // The next try would fail in the same way, for ever, and others wait behind it.
      log.error({ err: error, run: id }, 'rules cannot be applied to history');
      await fail(db, id, messageOf(error));
      return true;
    }
  }
  if (held !== undefined) throw held;
  return false;
}

/** Those that have come least far first: a small organisation does not wait for a large one. */
async function openRuns(db: Kysely<Database>): Promise<readonly Pick<OpenRun, 'id' | 'organization_id'>[]> {
  return db
    .selectFrom('rule_runs')
    .select(['id', 'organization_id'])
    .where('state', 'in', ['waiting', 'running'])
    .orderBy('judged')
    .orderBy('id')
    .limit(20)
    .execute();
}

async function claim(transaction: Kysely<Database>, id: string): Promise<OpenRun | undefined> {
  return transaction
    .selectFrom('rule_runs')
    .select(['id', 'organization_id', 'rule_id', 'state', 'last_article_id'])
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

async function applyBatch(
  transaction: Kysely<Database>,
  { rules, documents, now, batchSize = defaultBatchSize }: ApplyPorts,
  run: OpenRun,
  beginChange: () => Promise<void>,
): Promise<void> {
  if (run.state === 'waiting') await begin(transaction, run);
  const ids = await nextArticles(transaction, run, batchSize);
  const last = ids.at(-1);
  if (last === undefined) {
    await sql`update rule_runs set state = 'done', finished_at = now() where id = ${run.id}`.execute(transaction);
    return;
  }
  await lockForJudging(transaction, ids);
  const only = [run.organization_id];
  await rules.confirm(transaction, only);
  const articles = await articlesToJudge(transaction, await documents(transaction, ids));
  const { changes } = await judgeArticles(transaction, rules.book, articles, now(), only);
  const concerned = changes.filter((change) => concerns(run, change));
  if (concerned.length > 0) await beginChange();
  await writeMarks(transaction, concerned, now());
  await sql`
    update rule_runs set last_article_id = ${last}, judged = judged + ${ids.length},
      changed = changed + ${concerned.length}, total = greatest(total, judged + ${ids.length})
    where id = ${run.id}
  `.execute(transaction);
}

async function begin(transaction: Kysely<Database>, { id, organization_id }: OpenRun): Promise<void> {
  await sql`
    update rule_runs set state = 'running', started_at = now(), total = (
      select count(*) from content.articles where visibility in ('public', ${organization_id})
    ) where id = ${id}
  `.execute(transaction);
}

/** By id: what comes meanwhile is judged as it comes, wherever it stands in this order. */
async function nextArticles(
  transaction: Kysely<Database>,
  { organization_id, last_article_id }: OpenRun,
  limit: number,
): Promise<readonly string[]> {
  const after = last_article_id === null ? sql`true` : sql`id > ${last_article_id}::uuid`;
  const { rows } = await sql<{ id: string }>`
    select id from content.articles where ${after} and visibility in ('public', ${organization_id})
    order by id limit ${limit}
  `.execute(transaction);
  return rows.map(({ id }) => id);
}

/** A run of one rule leaves articles alone that the rule neither selects nor has selected. */
function concerns({ rule_id }: OpenRun, { judgement, before }: MarksChange): boolean {
  if (rule_id === null) return true;
  return [...judgement.marks.rules, ...(before?.rules ?? [])].some(({ id }) => id === rule_id);
}

async function fail(db: Kysely<Database>, id: string, reason: string): Promise<void> {
  await sql`
    update rule_runs set state = 'failed', error = ${reason}, finished_at = now()
    where id = ${id} and state in ('waiting', 'running')
  `.execute(db);
}
