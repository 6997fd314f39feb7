import { setImmediate as breathe } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { QueryDocument } from '../../domain/query/document.ts';
import { shareLexemes } from '../../domain/query/matcher/document-lexemes.ts';
import { isVisibleTo } from '../../domain/visibility.ts';
import type { Database } from '../schema.ts';
import { type Marks, withMarks } from './judge.ts';
import type { JudgedArticle, MarkedArticle, MarksChange } from './marks-change.ts';
import { changesOf, readMarks } from './marks.ts';
import type { RuleBook } from './rule-book.ts';

export interface ArticleToJudge extends MarkedArticle {
  /** public, or the id of the organisation that alone may see it. */
  readonly visibility: string;
  /** What it says of earlier marks counts for nothing. */
  readonly document: QueryDocument;
}

export interface JudgedArticles {
  /** The articles as organisations find them once the changes are written, in the order given. */
  readonly documents: readonly QueryDocument[];
  /** For each article, the organisations not all of whose rules have judged it yet. */
  readonly undecided: readonly ReadonlySet<string>[];
  readonly judged: readonly JudgedArticle[];
  /** To be given to `writeMarks`. */
  readonly changes: readonly MarksChange[];
}

/**
 * Judges articles by the rules of the organisations that may see them, within the transaction that will write the marks.
 *
 * @param articles read in this transaction, after `lockForJudging`
 * @param now milliseconds since 1970
 * @param organizationIds default: all that have or had rules
 */
export async function judgeArticles(
  transaction: Kysely<Database>,
  book: RuleBook,
  articles: readonly ArticleToJudge[],
  now: number,
  organizationIds: readonly string[] = book.organizationIds,
): Promise<JudgedArticles> {
  const judged: JudgedArticle[] = [];
  const documents: QueryDocument[] = [];
  const undecided: ReadonlySet<string>[] = [];
  for (const article of articles) {
    const { document, visibility } = article;
    const may = organizationIds.filter((id) => isVisibleTo(id, visibility));
    const marks = new Map<string, Marks>();
    const waiting = new Set<string>();
    for (const [organizationId, judgement] of book.judge(document, may, now)) {
      judged.push({ article, organizationId, rulesRevision: book.setOf(organizationId)?.revision ?? 0, judgement });
      const isSomething = judgement.matched.length > 0 || document.organizations.has(organizationId);
      if (isSomething) marks.set(organizationId, judgement.marks);
      if (!judgement.isComplete) waiting.add(organizationId);
    }
    documents.push(marked(document, marks));
    // One article takes some milliseconds; others of the process want their turn.
    await breathe();
    undecided.push(waiting);
  }
  const ids = judged.length === 0 ? [] : articles.map(({ id }) => id);
  return { documents, undecided, judged, changes: changesOf(judged, await readMarks(transaction, ids)) };
}

function marked(document: QueryDocument, marks: ReadonlyMap<string, Marks>): QueryDocument {
  if (marks.size === 0) return document;
  const same = withMarks(document, marks);
  shareLexemes(document, same);
  return same;
}

/** The articles of documents. Those that were deleted since they were read are left out. */
export async function articlesToJudge(
  transaction: Kysely<Database>,
  documents: readonly QueryDocument[],
): Promise<readonly ArticleToJudge[]> {
  const { rows } = await sql<Omit<ArticleToJudge, 'document'>>`
    select id, version, visibility, title, url, site_name as "siteName", language,
      (extract(epoch from published_date) * 1000)::float8 as "publishedAt"
    from content.articles where id = any(${documents.map(({ id }) => id)}::uuid[])
  `.execute(transaction);
  const known = new Map(rows.map((row) => [row.id, row]));
  return documents.flatMap((document) => {
    const row = known.get(document.id);
    return row === undefined ? [] : [{ ...row, document }];
  });
}
