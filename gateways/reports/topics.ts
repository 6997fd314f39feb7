import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { labelsOf, namesOf } from '../services/analytics/labels.ts';
import { before, type Period } from './period.ts';
import type { Report, ReportTopic } from './report.ts';
import { articlesIn, type Scope } from './scope.ts';

const maxTopics = 8;
const maxRising = 8;
/** Of each kind, those with the most articles are compared with the period before. */
const maxCompared = 300;
const leastRising = 5;
const leastRatio = 1.3;
/** In standard deviations. There are many more names than categories, so that chance makes more of them rise. */
const leastSurprise = { category: 2.5, topic: 2.5, entity: 3.5 } as const;
/** Articles by which a change of all is drawn towards none. */
const tideShrinkage = 10;

interface Totals {
  readonly now: number;
  readonly before: number;
}

/** What the articles of a period were about, and what of it takes a greater share than in the period before. */
export async function topicsOf(
  db: Kysely<Database>,
  scope: Scope,
  period: Period,
  totals: Totals,
): Promise<Pick<Report, 'topics' | 'rising'>> {
  const categories = await counted(db, scope, period, 'category');
  const own = await counted(db, scope, period, 'topic');
  const entities = await counted(db, scope, period, 'entity');
  const byCount = [...categories, ...own].toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  const rising = risingOf([...byCount, ...entities], totals);
  return {
    topics: await named(db, scope, period, byCount.slice(0, maxTopics)),
    rising: await named(db, scope, period, rising),
  };
}

type Unnamed = Omit<ReportTopic, 'name'>;

async function counted(
  db: Kysely<Database>,
  scope: Scope,
  period: Period,
  kind: ReportTopic['kind'],
): Promise<readonly Unnamed[]> {
  const { rows } = await sql<{ key: string; count: number; previous: number }>`
    select l.key, count(*) filter (where a.published_date >= ${new Date(period.fromMs)})::int as count,
           count(*) filter (where a.published_date < ${new Date(period.fromMs)})::int as previous
    from ${await articlesIn(scope, { fromMs: before(period).fromMs, toMs: period.toMs })} a
    cross join lateral ${labelsOf(kind, scope.organizationId)} l(key)
    group by l.key having count(*) filter (where a.published_date >= ${new Date(period.fromMs)}) > 0
    order by 2 desc, 1 limit ${maxCompared}
  `.execute(db);
  return rows.map((row) => ({ kind, ...row }));
}

/**
 * What has risen more than all articles together and more than by chance, the most surprising first. What is all
 * within another's rise is told beside it all the same: names explain topics.
 */
export function risingOf(topics: readonly Unnamed[], totals: Totals): readonly Unnamed[] {
  // Before anything was collected nothing can have risen.
  if (totals.before === 0) return [];
  const tide = (totals.now + tideShrinkage) / (totals.before + tideShrinkage);
  return topics
    .map((topic) => {
      const expected = topic.previous * tide;
      // Roots of counts scatter alike, by a half, whatever they are; both counts do.
      const surprise = Math.SQRT2 * (Math.sqrt(topic.count + 0.375) - Math.sqrt(expected + 0.375));
      return { topic, surprise, ratio: topic.count / Math.max(expected, 0.5) };
    })
    .filter(
      ({ topic, surprise, ratio }) =>
        topic.count >= leastRising && ratio >= leastRatio && surprise >= leastSurprise[topic.kind],
    )
    .toSorted((a, b) => b.surprise - a.surprise)
    .slice(0, maxRising)
    .map(({ topic }) => topic);
}

/** Topics that were deleted meanwhile are left out. */
async function named(
  db: Kysely<Database>,
  scope: Scope,
  period: Period,
  topics: readonly Unnamed[],
): Promise<readonly ReportTopic[]> {
  const names = new Map<string, string>();
  for (const kind of ['category', 'topic'] as const) {
    const keys = topics.filter((topic) => topic.kind === kind).map(({ key }) => key);
    for (const [key, name] of await namesOf(db, scope.organizationId, kind, keys)) names.set(key, name);
  }
  for (const { kind, key } of topics)
    if (kind === 'entity') names.set(key, (await writtenName(db, scope, period, key)) ?? key);
  return topics.flatMap((topic) => {
    const name = names.get(topic.key);
    return name === undefined ? [] : [{ ...topic, name }];
  });
}

/** Keys are folded; an article says how a name is written. */
async function writtenName(db: Kysely<Database>, scope: Scope, period: Period, key: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select e.name from (
      select a.id from ${await articlesIn(scope, period)} a where a.entity_keys @> ${[key]}::text[] order by a.id limit 20
    ) found join content.articles a using (id)
    cross join lateral jsonb_to_recordset(a.entities) e(key text, name text)
    where e.key = ${key} group by e.name order by count(*) desc, e.name limit 1
  `.execute(db);
  return rows[0]?.name ?? null;
}
