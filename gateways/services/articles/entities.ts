import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { foldName } from '../../../domain/fold-name.ts';
import type { EntityType } from '../../../schemas/types.ts';
import type { Database } from '../../schema.ts';
import type { ListCache } from '../../views/redis/list-cache.ts';
import { limit, time } from './query.ts';
import { droppedBy, visibleTo } from './rows.ts';
import { checked } from '../checked.ts';
import { Invalid } from '../faults.ts';
import { reading } from '../postgres-faults.ts';
import { storableText } from '../text-schema.ts';

export const entityTypes = ['person', 'organization', 'place', 'other'] as const satisfies readonly EntityType[];

const dayMs = 86_400_000;
const usualSpanMs = 7 * dayMs;
/** Every article of the span is looked at. */
const maxSpanMs = 31 * dayMs;

export const entityListSchema = z.strictObject({
  published_from: time.optional().describe('Published at this time or later; default: seven days before published_to'),
  published_to: time.optional().describe('Published before this time; default: now. The span is 31 days at most'),
  type: z.enum(entityTypes).optional(),
  prefix: storableText(200).trim().min(1).optional().describe('How a name or its key begins, in any case'),
  limit,
});
export type EntityListInput = z.input<typeof entityListSchema>;

/** What articles name, over all that name it. */
export interface NamedEntity {
  readonly key: string;
  /** As most of the articles write it. */
  readonly name: string;
  /** As most of the articles judge it. */
  readonly type: EntityType;
  /** Articles that name it; copies of others are not counted. */
  readonly articles: number;
  readonly mentions: number;
}

export interface Entities {
  /**
   * What most articles of a span name, the most named first. Copies and what rules have dropped do not count.
   *
   * @throws Invalid for arguments that cannot be used, Unavailable while Postgres is away
   */
  list(input: EntityListInput): Promise<readonly NamedEntity[]>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly listCache: ListCache;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function openEntities({ db, listCache, organizationId, now }: Ports): Entities {
  return {
    list: (input) =>
      reading(async () => {
        const query = checked(entityListSchema, input);
        // To the minute, so that questions that follow each other are one in the cache.
        const to =
          query.published_to === undefined ? Math.ceil(now() / 60_000) * 60_000 : Date.parse(query.published_to);
        const from = query.published_from === undefined ? to - usualSpanMs : Date.parse(query.published_from);
        if (from >= to || to - from > maxSpanMs) throw badSpan;
        const asked = {
          ...query,
          published_from: new Date(from).toISOString(),
          published_to: new Date(to).toISOString(),
        };
        const cached = await listCache.find('articles:list', ['entities', organizationId, asked]);
        if (cached.hit) return cached.value as readonly NamedEntity[];
        const found = await counted(db, organizationId, { ...query, from: new Date(from), to: new Date(to) });
        // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- this is no array
        await cached.fill(found);
        return found;
      }),
  };
}

const badSpan = new Invalid({
  field: 'published_from',
  code: 'invalid_span',
  detail: 'should be before published_to, and 31 days before it at most',
});

interface Asked {
  readonly from: Date;
  readonly to: Date;
  readonly type?: EntityType | undefined;
  readonly prefix?: string | undefined;
  readonly limit: number;
}

async function counted(
  db: Kysely<Database>,
  organizationId: string,
  { from, to, type, prefix, limit: most }: Asked,
): Promise<readonly NamedEntity[]> {
  const begins = prefix === undefined ? null : `${foldName(prefix).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const { rows } = await sql<NamedEntity>`
    select e.key, mode() within group (order by e.name) as name, mode() within group (order by e.type) as type,
           count(*)::int as articles, sum(e.count)::int as mentions
    from content.articles a
    left join content.duplicates d on d.article_id = a.id
    cross join lateral jsonb_to_recordset(a.entities) as e (key text, name text, type text, count int)
    where a.published_date >= ${from} and a.published_date < ${to} and d.original_id is null
      and ${visibleTo(organizationId)} and not ${droppedBy(organizationId)}
      and (${begins}::text is null or e.key like ${begins} or lower(e.name) like ${begins})
    group by e.key
    having ${type ?? null}::text is null or mode() within group (order by e.type) = ${type ?? null}
    order by articles desc, mentions desc, e.key
    limit ${most}
  `.execute(db);
  return rows;
}
