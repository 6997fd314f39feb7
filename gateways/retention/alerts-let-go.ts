import type { PoolClient } from 'pg';

/** What statements run on: a connection within the caller's transaction. */
type Statements = Pick<PoolClient, 'query'>;

/** A number of this purpose's own, the same in every process. */
const lock = 7_017_001;
/** Clocks of collectors may be ahead of the database's. */
const margin = '1 day';

/** Deletes wait for whoever raises, until he commits: what was raised once is either still there or noted as let go of. */
export async function holdDeleting(client: Statements): Promise<void> {
  await client.query('select pg_advisory_xact_lock_shared($1)', [lock]);
}

/** Whoever raises waits until the transaction that deletes has committed. */
export async function holdRaising(client: Statements): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [lock]);
}

/**
 * Notes up to when articles of alerts were first collected that are deleted now: it cannot be later than the alert. An
 * article that comes again, by a replay or since its feed still lists it, then raises nothing.
 */
export async function beforeAlertsGo(client: Statements, ids: readonly string[]): Promise<void> {
  await client.query(
    `insert into alerts_let_go as stored (collected_until)
     select max(raised_at) + interval '${margin}' from alerts
     where id = any($1::uuid[]) and article_id is not null having count(*) > 0
     on conflict (one) do update set collected_until = greatest(stored.collected_until, excluded.collected_until)`,
    [ids],
  );
}

/** A condition: the alert of `article_id` was not let go of. Holds for what is about no article, too. */
export const isNotLetGo = (articleId: string): string => `not exists (
  select from watched_articles w, alerts_let_go l
  where w.article_id = ${articleId} and w.first_collected_at <= l.collected_until)`;
