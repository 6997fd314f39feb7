import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import type { ListCache } from '../../views/redis/list-cache.ts';
import type { ArticleList, SortField } from './query.ts';
import { allOf, articleTables, type Condition, conditionsOf, type JoinedRow, selection, summaryOfRow } from './rows.ts';
import { listIdentity } from './list-identity.ts';
import type { ArticleSummary } from './article.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type Page, pageOf } from '../page.ts';
import { byPriority } from './priority-list.ts';
import type { Queries } from '../query/queries.ts';

const columnOf: { readonly [F in SortField]: RawBuilder<unknown> } = {
  published_at: sql`a.published_date`,
  scraped_at: sql`a.scraped_at`,
  title: sql`a.title`,
  relevance: sql`r.score`,
};

const typeOf: { readonly [F in SortField]: string } = {
  published_at: 'timestamptz',
  scraped_at: 'timestamptz',
  title: 'text',
  relevance: 'double precision',
};

/** Only what has a relevance to the organisation: the index on it then gives the order. */
const relevantTables = (organizationId: string): RawBuilder<unknown> =>
  sql`${articleTables} join content.article_relevance r on r.article_id = a.id and r.organization_id = ${organizationId}`;

export interface ListPorts {
  readonly db: Kysely<Database>;
  readonly listCache: ListCache;
  readonly queries: Pick<Queries, 'read' | 'select'>;
  readonly organizationId: string;
}

/** One page, from the list cache where it holds it. */
export async function listArticles(ports: ListPorts, list: ArticleList): Promise<Page<ArticleSummary>> {
  const place = list.sort === '-priority' ? null : placeOf(list);
  const cached = await ports.listCache.find('articles:list', [ports.organizationId, list]);
  if (cached.hit) return cached.value as Page<ArticleSummary>;
  const page = await readPage(ports, list, place);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- this is no array
  await cached.fill(page);
  return page;
}

async function readPage(ports: ListPorts, list: ArticleList, place: Place | null): Promise<Page<ArticleSummary>> {
  if (list.sort === '-priority') return byPriority(ports, list, await listConditions(ports, list));
  const descending = list.sort.startsWith('-');
  const field = list.sort.replace('-', '') as SortField;
  const column = columnOf[field];
  const direction = descending ? sql`desc` : sql`asc`;
  const tables = field === 'relevance' ? relevantTables(ports.organizationId) : articleTables;
  const conditions = await listConditions(ports, list);
  if (place !== null) {
    const value = sql`${place.value}::${sql.raw(typeOf[field])}`;
    const after = descending ? sql`<` : sql`>`;
    conditions.push(sql`(${column}, a.id) ${after} (${value}, ${place.id}::uuid)`);
  }
  const { rows } = await sql<JoinedRow & { readonly place: unknown }>`
    select ${selection('summary')}, ${column} as place from ${tables} where ${allOf(conditions)}
    order by ${column} ${direction}, a.id ${direction} limit ${list.limit + 1}
  `.execute(ports.db);

  return pageOf(rows, list.limit, (row) => {
    const { place: at, ...article } = row;
    const item = summaryOfRow(article);
    return {
      item,
      cursor: encodeCursor(listIdentity(list), [field === 'relevance' ? Number(at) : item[field], item.id]),
    };
  });
}

/** What the filter and the query ask for. What rules have dropped is left out, unless either of them says otherwise. */
async function listConditions({ queries, organizationId }: ListPorts, list: ArticleList): Promise<Condition[]> {
  if (list.q === undefined) return [...conditionsOf({ ...list, dropped: list.dropped ?? 'exclude' }, organizationId)];
  const read = await queries.read('q', list.q, { keepsDropped: list.dropped !== undefined });
  return [...conditionsOf(list, organizationId), await queries.select(read, read.plan)];
}

/** The last article of the page before. */
interface Place {
  readonly value: string;
  readonly id: string;
}

/** @throws Invalid for a cursor of another list */
function placeOf(list: ArticleList): Place | null {
  if (list.cursor === undefined) return null;
  const [value, id] = decodeCursor(listIdentity(list), list.cursor);
  return { value: String(value), id: String(id) };
}
