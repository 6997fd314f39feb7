import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import type { ArticleList } from './query.ts';
import { allOf, articleTables, type Condition, type JoinedRow, selection, summaryOfRow } from './rows.ts';
import type { ArticleSummary } from './article.ts';
import { listIdentity } from './list-identity.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type Page, pageOf } from '../page.ts';

/** The last article of the page before. */
interface Place {
  readonly priority: number;
  readonly publishedAt: string;
  readonly id: string;
}

/**
 * First what the organisation's rules have raised, the most urgent before, then what they have neither raised nor
 * lowered, then the rest; the newest first within each. Read in three parts, so that each comes from an index: hardly an
 * article is raised, and sorting all by what most do not have would read every one.
 *
 * @throws Invalid for a cursor of another list
 */
export async function byPriority(
  { db, organizationId }: { readonly db: Kysely<Database>; readonly organizationId: string },
  list: ArticleList,
  conditions: readonly Condition[],
): Promise<Page<ArticleSummary>> {
  const place = placeOf(list);
  const most = list.limit + 1;
  const marked = (those: Condition): Condition => sql`(
    select a.id, k.priority, a.published_date from article_marks k join (${articleTables}) on a.id = k.article_id
    where ${allOf([sql`k.organization_id = ${organizationId}`, those, ...behind(place), ...conditions])}
    order by k.priority desc, a.published_date desc, a.id desc limit ${most}
  )`;
  const plain = sql`(
    select a.id, 0::smallint as priority, a.published_date from ${articleTables}
    where ${allOf([unmarked(organizationId), ...plainBehind(place), ...conditions])}
    order by a.published_date desc, a.id desc limit ${most}
  )`;
  const { rows } = await sql<JoinedRow & { readonly place: number }>`
    with found as (
      ${marked(sql`k.priority > 0`)} union all ${plain} union all ${marked(sql`k.priority < 0`)}
    )
    select ${selection('summary')}, found.priority as place
    from found join (${articleTables}) on a.id = found.id
    order by found.priority desc, found.published_date desc, found.id desc limit ${most}
  `.execute(db);
  return pageOf(rows, list.limit, ({ place: priority, ...row }) => {
    const item = summaryOfRow(row);
    return { item, cursor: encodeCursor(listIdentity(list), [priority, item.published_at, item.id]) };
  });
}

const unmarked = (organizationId: string): Condition => sql`not exists (
  select from article_marks k where k.article_id = a.id and k.organization_id = ${organizationId} and k.priority <> 0
)`;

function behind(place: Place | null): readonly Condition[] {
  if (place === null) return [];
  const { priority, publishedAt, id } = place;
  return [
    sql`(k.priority, a.published_date, a.id) < (${priority}::smallint, ${publishedAt}::timestamptz, ${id}::uuid)`,
  ];
}

function plainBehind(place: Place | null): readonly Condition[] {
  if (place === null || place.priority > 0) return [];
  if (place.priority < 0) return [sql`false`];
  return [sql`(a.published_date, a.id) < (${place.publishedAt}::timestamptz, ${place.id}::uuid)`];
}

function placeOf(list: ArticleList): Place | null {
  if (list.cursor === undefined) return null;
  const [priority, publishedAt, id] = decodeCursor(listIdentity(list), list.cursor);
  return { priority: Number(priority), publishedAt: String(publishedAt), id: String(id) };
}
