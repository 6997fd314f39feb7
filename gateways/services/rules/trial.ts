import { type Kysely, sql } from 'kysely';
import { priorityOfRank } from '../../../domain/priority.ts';
import type { NearVectors } from '../../../domain/query/matcher/question.ts';
import { parseCanonical } from '../../../domain/query/parse.ts';
import { planQuery } from '../../../domain/query/plan.ts';
import type { OrganizationRule as RuleRecord } from '../../../schemas/types.ts';
import { compileRuleSet } from '../../rules/compile.ts';
import { articlesToJudge, judgeArticles } from '../../rules/judge-articles.ts';
import { type Marks, noMarks } from '../../rules/judge.ts';
import type { StoredMarks } from '../../rules/marks-change.ts';
import { readMarks } from '../../rules/marks.ts';
import { RuleBook } from '../../rules/rule-book.ts';
import type { Rule } from '../../rules/rule.ts';
import { ruleSetRecord } from '../../rules/rule-set-record.ts';
import type { Database } from '../../schema.ts';
import type { VectorIndex } from '../../vector-index/port.ts';
import { allOf, articleTables, type JoinedRow, selection, summaryOfRow, visibleTo } from '../articles/rows.ts';
import type { ArticleSummary } from '../articles/article.ts';
import { conditionOf } from '../query/condition.ts';
import { documentsOf } from '../query/documents.ts';
import { resolveNames } from '../query/names.ts';
import { nearArticles, type NearPorts, nearsIn } from '../query/near.ts';
import { pointing } from '../query/syntax-fault.ts';

/** What a rule would do to the articles of before. Nothing is stored, and nobody is told. */
export interface RuleTrial {
  readonly days: number;
  /** Articles that its query selects among those collected in these days. */
  readonly matched: number;
  /** The newest of these, and of those that it has marked, for which it was worked out what would change. */
  readonly judged: number;
  readonly changes: TrialChanges;
  /** The newest of those that were judged: first those to which something else would be done than before. */
  readonly examples: readonly TrialExample[];
}

/** Numbers of articles among those that were judged, against what the rules have done to them so far. */
export interface TrialChanges {
  /** To which the rules would do something else. */
  readonly changed: number;
  /** That would get another tag. */
  readonly tagged: number;
  /** That would lose one. */
  readonly untagged: number;
  readonly dropped: number;
  readonly undropped: number;
  readonly raised: number;
  readonly lowered: number;
  readonly routed: number;
  readonly unrouted: number;
}

export interface TrialExample {
  readonly article: ArticleSummary;
  readonly before: TrialMarks;
  readonly after: TrialMarks;
}

/** What the rules of the organisation, all together, do to an article. */
export interface TrialMarks extends Pick<Marks, 'tags' | 'dropped' | 'routes'> {
  readonly priority: string;
}

export interface TrialPorts extends NearPorts {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly vectors: Pick<VectorIndex, 'query' | 'fetch'>;
}

/** Judging one takes some milliseconds, and somebody waits. */
const mostJudged = 500;
const dayMs = 86_400_000;

/**
 * @param rule as it would be; in place of the stored one with its id
 * @param position from 1; default: where the stored one stands, or the end
 * @throws Invalid for a query that cannot be run, Unavailable while what it asks for is away
 */
export async function tryRule(
  ports: TrialPorts,
  rule: RuleRecord,
  { position, days, limit }: { readonly position: number | undefined; readonly days: number; readonly limit: number },
): Promise<RuleTrial> {
  const { db, organizationId, now } = ports;
  const nowMs = now();
  const { ids, matched } = await candidates(ports, rule, nowMs - days * dayMs, nowMs);
  const book = await bookWith(ports, rule, position);
  const documents = await documentsOf(db, ports.vectors, ids);
  const articles = await articlesToJudge(db, documents);
  const { judged } = await judgeArticles(db, book, articles, nowMs, [organizationId]);
  const stored = new Map(
    (await readMarks(db, ids))
      .filter((row) => row.organizationId === organizationId)
      .map((row) => [row.articleId, row]),
  );
  const outcomes = new Map(judged.map(({ article, judgement }) => [article.id, judgement.marks]));
  const pairs = ids.flatMap((id): readonly Pair[] => {
    const after = outcomes.get(id);
    return after === undefined ? [] : [{ id, before: stored.get(id) ?? noMarks, after }];
  });
  const shown = [...pairs.filter(isChange), ...pairs.filter((pair) => !isChange(pair))].slice(0, limit);
  return {
    days,
    matched,
    judged: pairs.length,
    changes: changesOf(pairs),
    examples: await examplesOf(db, shown),
  };
}

interface Pair {
  readonly id: string;
  readonly before: Marks | StoredMarks;
  readonly after: Marks;
}

/** What the rule selects and what it has marked, the newest first. */
async function candidates(
  { db, organizationId, vectors, embedder }: TrialPorts,
  { rule_id, query: text }: RuleRecord,
  sinceMs: number,
  nowMs: number,
): Promise<{ readonly ids: readonly string[]; readonly matched: number }> {
  // Rules see what was dropped too.
  const selects = await pointing('query', text, async () => {
    const { query } = await resolveNames(db, organizationId, parseCanonical(text));
    const { plan } = planQuery(query);
    const near = await nearArticles({ vectors, embedder, organizationId }, plan, nowMs);
    return conditionOf(plan, { organizationId, nowMs, near });
  });
  const among = [sql`a.scraped_at >= ${new Date(sinceMs)}`, visibleTo(organizationId)];
  const marked = sql`a.id in (
    select m.article_id from article_marks m where m.organization_id = ${organizationId}
      and m.rules @> ${JSON.stringify([{ id: rule_id }])}::jsonb
  )`;
  const { rows: counted } = await sql<{ count: number }>`
    select count(*)::integer as count from ${articleTables} where ${allOf([...among, selects])}
  `.execute(db);
  const { rows } = await sql<{ id: string }>`
    select a.id from ${articleTables} where ${allOf(among)} and (${selects} or ${marked})
    order by a.scraped_at desc, a.id desc limit ${mostJudged}
  `.execute(db);
  return { ids: rows.map(({ id }) => id), matched: counted[0]?.count ?? 0 };
}

/** All rules of the organisation as they would be. */
async function bookWith(
  { db, organizationId, embedder }: TrialPorts,
  rule: RuleRecord,
  position: number | undefined,
): Promise<RuleBook> {
  const record = await ruleSetRecord(db, organizationId);
  const others = record.rules.filter(({ rule_id }) => rule_id !== rule.rule_id);
  const stood = record.rules.findIndex(({ rule_id }) => rule_id === rule.rule_id);
  const place = position === undefined ? (stood < 0 ? others.length : stood) : position - 1;
  const set = compileRuleSet({ ...record, rules: others.toSpliced(place, 0, rule) }, () => undefined);
  const book = new RuleBook();
  book.set(set, await nearVectorsOf(set.rules, embedder));
  return book;
}

async function nearVectorsOf(rules: readonly Rule[], embedder: NearPorts['embedder']): Promise<NearVectors> {
  const texts = new Set(rules.flatMap(({ query }) => nearsIn(query).map(({ text }) => text)));
  const vectors = await Promise.all(
    [...texts].map(async (text) => {
      const { model, vector } = await embedder.embed(text);
      return [text, { model, values: vector }] as const;
    }),
  );
  return new Map(vectors);
}

const isChange = ({ before, after }: Pair): boolean =>
  JSON.stringify(shownMarks(before)) !== JSON.stringify(shownMarks(after));

const has = (these: readonly string[], those: readonly string[]): boolean => these.some((one) => !those.includes(one));

function changesOf(pairs: readonly Pair[]): TrialChanges {
  const count = (is: (pair: Pair) => boolean): number => pairs.filter(is).length;
  return {
    changed: count(isChange),
    tagged: count(({ before, after }) => has(after.tags, before.tags)),
    untagged: count(({ before, after }) => has(before.tags, after.tags)),
    dropped: count(({ before, after }) => after.dropped && !before.dropped),
    undropped: count(({ before, after }) => before.dropped && !after.dropped),
    raised: count(({ before, after }) => after.priority > before.priority),
    lowered: count(({ before, after }) => after.priority < before.priority),
    routed: count(({ before, after }) => has(after.routes, before.routes)),
    unrouted: count(({ before, after }) => has(before.routes, after.routes)),
  };
}

const shownMarks = ({ tags, dropped, priority, routes }: Marks): TrialMarks => {
  return { tags, dropped, priority: priorityOfRank(priority), routes };
};

async function examplesOf(db: Kysely<Database>, pairs: readonly Pair[]): Promise<readonly TrialExample[]> {
  if (pairs.length === 0) return [];
  const { rows } = await sql<JoinedRow>`
    select ${selection('summary')} from ${articleTables} where a.id = any(${pairs.map(({ id }) => id)}::uuid[])
  `.execute(db);
  const articles = new Map(rows.map((row) => [row.id, summaryOfRow(row)]));
  return pairs.flatMap(({ id, before, after }) => {
    const article = articles.get(id);
    return article === undefined ? [] : [{ article, before: shownMarks(before), after: shownMarks(after) }];
  });
}
