import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { NotFound } from '../faults.ts';
import { reading } from '../postgres-faults.ts';
import { visibleTo } from './rows.ts';
import { type DiffPart, textDiff } from './text-diff.ts';
import { idSchema } from '../text-schema.ts';

/** What an article said at a time. Times are ISO 8601 texts in UTC. */
export interface RevisionSummary {
  readonly article_id: string;
  /** Of the article, in digits. */
  readonly version: string;
  readonly title: string;
  readonly scraped_at: string;
  /** When the next one was fetched; null for what it says now. */
  readonly superseded_at: string | null;
}

export interface Revision extends RevisionSummary {
  readonly content: string;
  readonly diff: RevisionDiff | null;
}

/** What changed from the other version to this one. */
export interface RevisionDiff {
  readonly from: string;
  readonly title: readonly DiffPart[];
  readonly content: readonly DiffPart[];
}

/**
 * Earlier versions of articles, as far as they differ in title or text; the newest 20 are kept. All methods throw Invalid
 * for arguments that cannot be used, NotFound, and Unavailable while Postgres is away.
 */
export interface Revisions {
  /** The newest first: what the article says now. */
  list(articleId: string): Promise<readonly RevisionSummary[]>;
  /** @param input `diff`: the version to compare with, or `previous`: the one before; without one where there is none */
  get(articleId: string, version: string, input?: RevisionInput): Promise<Revision>;
}

const versionSchema = z.string().regex(/^\d{1,16}$/, { error: 'should be a version of the article: digits' });

export const revisionSchema = z.strictObject({
  diff: z
    .union([z.literal('previous'), versionSchema], { error: 'should be a version of the article, or previous' })
    .optional()
    .describe('Shows what changed from this version of the article, or from the previous one'),
});
export type RevisionInput = z.input<typeof revisionSchema>;

type Row = Omit<Revision, 'diff'>;

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
}

export function openRevisions({ db, organizationId }: Ports): Revisions {
  const revisionsOf = (articleId: string) => storedRevisions(db, organizationId, articleId);
  const before = async (id: string, version: string): Promise<Row | undefined> =>
    (await revisionsOf(id)).find((revision) => Number(revision.version) < Number(version));

  const told = async (articleId: string, version: string): Promise<Row> => {
    const row = (await revisionsOf(articleId)).find((revision) => revision.version === version);
    if (row === undefined) throw new NotFound('revision', `${articleId} ${version}`);
    return row;
  };

  return {
    list: (articleId) =>
      reading(async () => {
        const rows = await revisionsOf(checked(idSchema, articleId));
        return rows.map(({ content: _content, ...summary }) => summary);
      }),
    get: (articleId, given, input = {}) =>
      reading(async () => {
        const id = checked(idSchema, articleId);
        const version = checked(versionSchema, given);
        const { diff } = checked(revisionSchema, input);
        const revision = await told(id, version);
        const other = diff === 'previous' ? await before(id, version) : diff && (await told(id, diff));
        return { ...revision, diff: other ? diffOf(other, revision) : null };
      }),
  };
}

function diffOf(from: Row, to: Row): RevisionDiff {
  return { from: from.version, title: textDiff(from.title, to.title), content: textDiff(from.content, to.content) };
}

/** @throws NotFound for an article that the organisation does not know */
async function storedRevisions(
  db: Kysely<Database>,
  organizationId: string,
  articleId: string,
): Promise<readonly Row[]> {
  const { rows } = await sql<
    Omit<Row, 'scraped_at' | 'superseded_at'> & { scraped_at: Date; superseded_at: Date | null }
  >`
    select a.id as article_id, a.version::text, a.title, a.content, a.scraped_at, null::timestamptz as superseded_at
    from content.articles a where a.id = ${articleId} and ${visibleTo(organizationId)}
    union all
    select r.article_id, r.version::text, r.title, r.content, r.scraped_at, r.superseded_at
    from history.article_revisions r join content.articles a on a.id = r.article_id and r.version < a.version
    where r.article_id = ${articleId} and ${visibleTo(organizationId)}
    order by scraped_at desc, version desc
  `.execute(db);
  if (rows.length === 0) throw new NotFound('article', articleId);
  return rows
    .toSorted((a, b) => Number(b.version) - Number(a.version))
    .map((row) => ({
      ...row,
      scraped_at: row.scraped_at.toISOString(),
      superseded_at: row.superseded_at?.toISOString() ?? null,
    }));
}
