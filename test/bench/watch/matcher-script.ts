/**
 * Mimir's index of queries with the benchmark's searches, to be matched against its articles; answers as
 * MonitorProgram.java does.
 *
 * Flags: `--articles`, `--searches`, `--texts`, and `--expressible` to leave out what Lucene Monitor has no clause for.
 */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { articleKeys } from '../../../domain/query/article-keys.ts';
import { documentParts, type QueryDocument } from '../../../domain/query/document.ts';
import { QueryIndex } from '../../../domain/query/matcher/query-index.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { quantile } from '../statistics.ts';
import { type BenchArticle, benchNow } from './articles.ts';
import type { MatchRound } from './contender.ts';
import { benchInput } from './input.ts';
import { luceneSearch } from './lucene-form.ts';
import { vectorOf } from './searches.ts';

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '1000' },
    searches: { type: 'string', default: '10000' },
    texts: { type: 'string' },
    expressible: { type: 'boolean', default: false },
  },
});
const knownKeys = new Map<string, readonly string[]>();
const input = benchInput({ ...values, articles: Number(values.articles), searches: Number(values.searches) });
const searches = values.expressible
  ? input.searches.filter(({ query }) => luceneSearch(query) !== null)
  : input.searches;
const questions = searches.map(({ text }) => {
  const near = /near:"([^"]+)"/u.exec(text)?.[1];
  const vectors = near === undefined ? [] : [[near, { model: 'made-up', values: vectorOf(near) }] as const];
  return { organizationId: defaultOrganizationId, nearVectors: new Map(vectors) };
});

const empty = usedBytes();
const index = new QueryIndex();
const begin = process.hrtime.bigint();
for (const at of searches.keys()) set(at);
say({ searches: searches.length, nanos: since(begin) });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument = ''] = line.split(' ');
  if (command === 'match') say(match(undefined));
  else if (command === 'dump') {
    const lines: string[] = [];
    say(match(lines));
    writeFileSync(argument, lines.join(''));
  } else if (command === 'change') say(change(Number(argument)));
  else if (command === 'memory') say({ bytes: usedBytes() - empty });
  else throw new Error(line);
}

function match(lines: string[] | undefined): MatchRound {
  const before = index.candidates;
  let matches = 0;
  const started = process.hrtime.bigint();
  for (const [at, article] of input.articles.entries()) {
    // A document that was not seen before: its analysis belongs to the work.
    const found = index.match(documentOf(article, at), benchNow);
    matches += found.length;
    if (lines !== undefined) for (const { id } of found) lines.push(`${at}\t${id}\n`);
  }
  return {
    articles: input.articles.length,
    nanos: since(started),
    matches,
    candidates: index.candidates - before,
  };
}

function change(count: number): { readonly p50: number; readonly p95: number } {
  const nanos = Array.from({ length: count }, (_, at) => {
    const started = process.hrtime.bigint();
    set((at * 7_919) % searches.length);
    return since(started);
  }).toSorted((a, b) => a - b);
  return { p50: Math.round(quantile(nanos, 0.5)), p95: Math.round(quantile(nanos, 0.95)) };
}

function set(at: number): void {
  const [search, question] = [searches[at], questions[at]];
  if (search !== undefined && question !== undefined) index.set(search.id, search.query, question);
}

/** As gateways/services/query/documents.ts makes it of rows. */
function documentOf(article: BenchArticle, at: number): QueryDocument {
  const { title, summary, text, language, feed, site, category, sentiment, entities, words, published, vector } =
    article;
  return {
    id: String(at),
    title,
    summary,
    content: text,
    language,
    feedIds: [feed],
    keys: keysOf(site),
    entityKeys: entities,
    categories: [category],
    storyIds: [],
    sentiment: { label: sentiment, score: 0 },
    quality: [],
    wordCount: words,
    publishedAt: published,
    collectedAt: published,
    isCopy: false,
    vector: { model: 'made-up', values: vector },
    organizations: new Map(),
    parts: new Set(documentParts),
  };
}

/** They are stored with the article, so that they are read and not made where it is matched. */
function keysOf(site: string): readonly string[] {
  let keys = knownKeys.get(site);
  if (keys === undefined) {
    keys = articleKeys({ url: `https://${site}/a`, site_name: null, authors: [], tags: [], keywords: [] });
    knownKeys.set(site, keys);
  }
  return keys;
}

function usedBytes(): number {
  for (let at = 0; at < 3; at += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

function since(started: bigint): number {
  return Number(process.hrtime.bigint() - started);
}

function say(answer: object): void {
  console.log(JSON.stringify(answer));
}
