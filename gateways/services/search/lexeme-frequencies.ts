import { type Kysely, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database } from '../../schema.ts';
import { languageOfLexeme } from '../../../domain/analysis/lexemes.ts';
import { stemmedAs } from '../../../domain/analysis/stemmers.ts';
import { anyLexeme } from '../query/tsquery.ts';

/** In how many articles lexemes occur: what tells rare words from common ones. */
export interface LexemeFrequencies {
  of(lexemes: readonly string[]): Promise<Frequencies>;
}

export interface Frequencies {
  /** By lexeme; those beyond `mostCounted` count as so many. */
  readonly articles: ReadonlyMap<string, number>;
  /** Articles in all, as far as is known; no less than any lexeme has. */
  readonly total: number;
}

/** Counting goes no further: what so many articles have tells them apart hardly more than what all have. */
export const mostCounted = 20_000;

/** Frequencies change slowly, and ranks need no more. */
const rememberedMs = 10 * 60_000;
/** What no article has may be in the next one. */
const absentMs = 30_000;
const rememberedLexemes = 200_000;

/** Counts by the index of the search vectors, and remembers for ten minutes what is there. */
export function openLexemeFrequencies(db: Kysely<Database>): LexemeFrequencies {
  const known = new LRUCache<string, number>({ max: rememberedLexemes, ttl: rememberedMs });
  let total = { count: 0, untilMs: 0 };
  let stems = { languages: new Set<string | null>(), untilMs: 0 };
  return {
    async of(lexemes) {
      if (stems.untilMs < Date.now()) stems = { languages: await languagesOf(db), untilMs: Date.now() + absentMs };
      const possible = lexemes.filter((lexeme) => stems.languages.has(languageOfLexeme(lexeme)));
      const missing = possible.filter((lexeme) => !known.has(lexeme));
      const counted = missing.length === 0 ? [] : await countEach(db, missing);
      if (total.untilMs < Date.now()) total = { count: await countAll(db), untilMs: Date.now() + rememberedMs };
      missing.forEach((lexeme, index) => {
        const count = counted[index] ?? 0;
        known.set(lexeme, count, { ttl: count === 0 ? absentMs : rememberedMs });
      });
      const fresh = new Map(missing.map((lexeme, index) => [lexeme, counted[index] ?? 0]));
      const articles = new Map(lexemes.map((lexeme) => [lexeme, fresh.get(lexeme) ?? known.get(lexeme) ?? 0]));
      return { articles, total: Math.max(total.count, ...articles.values()) };
    },
  };
}

async function countEach(db: Kysely<Database>, lexemes: readonly string[]): Promise<readonly number[]> {
  const { rows } = await sql<{ articles: number }>`
    select (
      select count(*) from (
        select from content.articles where search_vector @@ given.query::tsquery limit ${mostCounted}::integer
      ) as found
    )::integer as articles
    from unnest(${lexemes.map((lexeme) => anyLexeme([lexeme]))}::text[]) with ordinality as given (query, place) order by place
  `.execute(db);
  return rows.map(({ articles }) => articles);
}

/** The languages that articles are in, and null, as the analysis knows them; by the index on the language. */
async function languagesOf(db: Kysely<Database>): Promise<Set<string | null>> {
  const { rows } = await sql<{ language: string }>`
    with recursive known as (
      (select language from content.articles where language is not null order by language limit 1)
      union all
      select (select a.language from content.articles a where a.language > known.language order by a.language limit 1)
      from known where known.language is not null
    )
    select language from known where language is not null
  `.execute(db);
  return new Set([null, ...rows.map(({ language }) => stemmedAs(language))]);
}

/** What Postgres estimates, and where it has not looked yet, a count up to a bound. */
async function countAll(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ articles: number }>`
    select case when reltuples > 0 then reltuples else (
      select count(*) from (select from content.articles limit ${mostCounted}::integer) as found
    ) end::double precision as articles
    from pg_class where oid = 'content.articles'::regclass
  `.execute(db);
  return rows[0]?.articles ?? 0;
}
