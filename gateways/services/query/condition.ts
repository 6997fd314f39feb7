import { sql } from 'kysely';
import { foldName } from '../../../domain/fold-name.ts';
import { priorities, priorityRank } from '../../../domain/priority.ts';
import { valueKey } from '../../../domain/query/article-keys.ts';
import type { Bound, Near, Range, Value } from '../../../domain/query/ast.ts';
import type { Plan, PlannedGroup } from '../../../domain/query/plan.ts';
import { allOf, type Condition } from '../articles/rows.ts';
import { tsqueryOf } from './tsquery.ts';

export interface Asked {
  readonly organizationId: string;
  /** What relative times count from, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Ids of the articles that are near enough. */
  readonly near: ReadonlyMap<Near, readonly string[]>;
}

/**
 * What the plan asks of `a` and `d` of `articleTables`. It may be null for an article that it does not select; under a
 * NOT that counts as false.
 */
export function conditionOf(plan: Plan, asked: Asked): Condition {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return groupCondition(plan, asked);
    case 'not':
      return notCondition(plan.clause, asked);
    case 'pattern':
      return matching(tsqueryOf(plan) ?? '');
    case 'value':
      return valueCondition(plan, asked.organizationId);
    case 'range':
      return rangeCondition(plan, asked);
    default:
      return sql`a.id = any(${asked.near.get(plan) ?? []}::uuid[])`;
  }
}

const matching = (tsquery: string): Condition => sql`a.search_vector @@ ${tsquery}::tsquery`;

/** All that asks for words becomes one query of the index. */
function groupCondition({ kind, clauses }: PlannedGroup, asked: Asked): Condition {
  const words = clauses.flatMap((clause) => tsqueryOf(clause) ?? []);
  const others = clauses.filter((clause) => tsqueryOf(clause) === null).map((clause) => conditionOf(clause, asked));
  const query = words.map((word) => `(${word})`).join(kind === 'and' ? ' & ' : ' | ');
  const all = words.length === 0 ? others : [matching(query), ...others];
  return kind === 'and' ? sql`(${allOf(all)})` : sql`(${sql.join(all, sql` or `)})`;
}

function notCondition(clause: Plan, asked: Asked): Condition {
  const words = tsqueryOf(clause);
  return words === null ? sql`((${conditionOf(clause, asked)}) is not true)` : sql`(not ${matching(words)})`;
}

function valueCondition({ field, value }: Value, organizationId: string): Condition {
  switch (field) {
    case 'language':
      return sql`a.language = ${value}`;
    case 'feed':
      return sql`exists (
        select from content.article_feeds f where f.article_id = a.id and f.feed_id = ${value}::uuid
      )`;
    case 'source':
      return sql`exists (
        select from content.article_feeds f left join former_feeds m on m.id = f.feed_id
        join sources s on s.feed_id = f.feed_id or s.feed_id = m.feed_id
        where f.article_id = a.id and s.id = ${value}::uuid and s.organization_id = ${organizationId}
      )`;
    case 'site':
    case 'author':
    case 'keyword':
      return sql`a.search_keys @> ${[valueKey(field, value)]}::text[]`;
    case 'tag':
      return sql`(a.search_keys @> ${[valueKey(field, value)]}::text[] or a.id in (
        select k.article_id from article_marks k
        where k.organization_id = ${organizationId} and k.tag_keys @> ${[valueKey(field, value)]}::text[]
      ))`;
    case 'entity':
      return sql`a.entity_keys @> ${[foldName(value)]}::text[]`;
    case 'category':
      return sql`exists (
        select from content.article_categories c where c.article_id = a.id and c.topics @> ${[value]}::text[]
      )`;
    case 'topic':
      return sql`exists (
        select from content.article_topics t where t.article_id = a.id
          and t.organization_id = ${organizationId} and t.topic_ids @> ${[value]}::uuid[]
      )`;
    case 'story':
      return sql`a.id in (
        select m.article_id from content.article_stories m left join content.stories g on g.id = m.story_id
        where m.story_id = ${value}::uuid or g.merged_into = ${value}::uuid
      )`;
    case 'sentiment':
      return sql`a.sentiment_label = ${value}`;
    case 'quality':
      return sql`a.quality @> ${[value]}::text[]`;
    case 'is':
      return isCondition(value, organizationId);
    default:
      return sql`${priorityFor(organizationId)} = ${rankOf(value)}`;
  }
}

function isCondition(value: string, organizationId: string): Condition {
  if (value === 'copy') return sql`d.original_id is not null`;
  if (value === 'original') return sql`d.original_id is null`;
  return sql`exists (
    select from article_marks k where k.article_id = a.id and k.organization_id = ${organizationId} and k.dropped
  )`;
}

const priorityFor = (organizationId: string): Condition => sql`coalesce((
  select k.priority from article_marks k where k.article_id = a.id and k.organization_id = ${organizationId}
), 0)`;

const rankOf = (value: string): number => priorityRank(priorities.find((priority) => priority === value) ?? 'normal');

function rangeCondition({ field, from, to }: Range, { organizationId, nowMs }: Asked): Condition {
  switch (field) {
    case 'published':
      return within(sql`a.published_date`, { from, to, valueOf: (bound) => timeOf(bound, nowMs) });
    case 'collected':
      return within(sql`a.scraped_at`, { from, to, valueOf: (bound) => timeOf(bound, nowMs) });
    case 'sentiment':
      return within(sql`a.sentiment_score`, { from, to, valueOf: numberOf });
    case 'words':
      return within(sql`a.word_count`, { from, to, valueOf: numberOf });
    case 'relevance':
      return sql`exists (
        select from content.article_relevance r where r.article_id = a.id and r.organization_id = ${organizationId}
          and ${within(sql`r.score`, { from, to, valueOf: numberOf })}
      )`;
    default:
      return within(priorityFor(organizationId), { from, to, valueOf: numberOf });
  }
}

const numberOf = ({ value }: Bound): Condition => sql`${value}::float8`;

/** Milliseconds have no rounding in Postgres' microseconds. */
const timeOf = ({ value, relative }: Bound, nowMs: number): Condition =>
  sql`${new Date(relative ? nowMs + value : value)}::timestamptz`;

function within(
  column: Condition,
  {
    from,
    to,
    valueOf,
  }: { readonly from: Bound | null; readonly to: Bound | null; readonly valueOf: (bound: Bound) => Condition },
): Condition {
  const conditions: Condition[] = [];
  if (from !== null) conditions.push(sql`${column} ${from.inclusive ? sql`>=` : sql`>`} ${valueOf(from)}`);
  if (to !== null) conditions.push(sql`${column} ${to.inclusive ? sql`<=` : sql`<`} ${valueOf(to)}`);
  return sql`(${allOf(conditions)})`;
}
