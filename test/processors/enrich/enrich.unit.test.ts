import { readdirSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { enricherNames, laterNames } from '../../../domain/enrichment-settings.ts';
import { enrich, enrichWith } from '../../../processors/enrich/enrich.ts';
import { type Enricher, nothingFound } from '../../../processors/enrich/enricher.ts';
import { enrichers } from '../../../processors/enrich/enrichers.ts';
import type { Article, ArticleEnriched } from '../../../schemas/types.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Outcome } from '../../../streams/stage.ts';

const article = {
  article_id: 'id-1',
  version: 1_000,
  title: 'Rescue team saves 20 miners',
  text: 'A rescue team saved twenty miners on Monday. The miners were happy and well, the hospital in Santiago said.',
  language_hint: 'en',
  enrichment: null,
} as Article;

async function run(
  value: Article | null,
  { stage = enrich, metrics = new Registry() } = {},
): Promise<Outcome<'article-enriched'>> {
  const { handler } = await stage.open({ metrics, log: pino({ level: 'silent' }) } as unknown as Runtime);
  if (handler.kind !== 'each') throw new Error('the stage takes messages one by one');
  const context = {
    now: () => 0,
    sleep: () => Promise.resolve(),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  };
  const place = { topic: 'article-unique', partition: 0, offset: 0n, headers: {}, timestampMs: 0 } as const;
  return handler.process({ ...place, key: 'id-1', value }, context);
}

test('an article passes with all that was found, under a version of its own', async () => {
  expect(await run(article)).toMatchObject({
    kind: 'emit',
    outputs: [
      {
        topic: 'article-enriched',
        key: 'id-1',
        value: {
          article_id: 'id-1',
          version: 1_003,
          article,
          language: 'en',
          keywords: expect.arrayContaining([{ term: expect.stringMatching(/miners/), weight: expect.any(Number) }]),
          word_count: 19,
          reading_time_seconds: 5,
          sentiment: { label: 'positive' },
        },
      },
    ],
  });
});

test('the same article gives the same output', async () => {
  expect(await run(article)).toEqual(await run(article));
});

test('the end of an article passes on', async () => {
  expect(await run(null)).toEqual({ kind: 'emit', outputs: [{ topic: 'article-enriched', key: 'id-1', value: null }] });
});

test('every enricher of the folder is in the list', () => {
  const helpers = ['enrich', 'enricher', 'enricher-metrics', 'enrichers', 'stop-words', 'words'];
  const files = readdirSync(new URL('../../../processors/enrich/', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
  expect(enrichers.map(({ name }) => name).toSorted()).toEqual(
    files.filter((file) => !helpers.includes(file)).toSorted(),
  );
});

test('a source can name every enricher in its rule', () => {
  expect(enrichers.map(({ name }) => name)).toEqual(enricherNames);
});

async function enriched(rule: object | null, options?: Parameters<typeof run>[1]): Promise<ArticleEnriched> {
  const outcome = await run({ ...article, enrichment: rule === null ? null : JSON.stringify(rule) }, options);
  const [output] = outcome.kind === 'emit' ? outcome.outputs : [];
  if (output?.topic !== 'article-enriched' || output.value === null) throw new Error('no article came');
  return output.value;
}

test('a source switches enrichers off, and the article says so', async () => {
  const { keywords, sentiment, entities, skipped } = await enriched({ skip: ['keywords', 'sentiment'] });
  expect({ keywords, sentiment }).toEqual({ keywords: [], sentiment: null });
  expect(entities).not.toEqual([]);
  expect(skipped).toEqual([
    { enricher: 'keywords', reason: 'switched_off' },
    { enricher: 'sentiment', reason: 'switched_off' },
  ]);
});

test('an article says that its source switches off what a later stage finds', async () => {
  const { skipped } = await enriched({ skip: ['categories'] });
  expect(skipped).toEqual([{ enricher: 'categories', reason: 'switched_off' }]);
});

test('a source has some enrichers only', async () => {
  const { language, reading_time_seconds, skipped } = await enriched({ only: ['language'] });
  expect({ language, reading_time_seconds }).toEqual({ language: 'en', reading_time_seconds: 0 });
  expect(skipped.map(({ enricher }) => enricher)).toEqual(
    [...enricherNames, ...laterNames].filter((name) => name !== 'language'),
  );
});

test('a source limits what is read; the article stays whole', async () => {
  const { word_count, article: passed } = await run({
    ...article,
    text: 'word '.repeat(1_000),
    enrichment: '{"max_characters":500}',
  }).then((outcome) => (outcome as { outputs: readonly { value: ArticleEnriched }[] }).outputs[0]!.value);
  expect(word_count).toBe(100);
  expect(passed.text).toHaveLength(5_000);
});

test('a rule that cannot be read changes nothing', async () => {
  expect((await enriched({ only: ['from-tomorrow'] })).skipped).toEqual([]);
  const broken = await run({ ...article, enrichment: '{' });
  expect(broken).toMatchObject({ outputs: [{ value: { language: 'en', skipped: [] } }] });
});

const good: Enricher = { name: 'keywords', find: () => ({ keywords: [{ term: 'rescue', weight: 1 }] }) };

test.each<[string, Enricher['find'], string]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
    'failed',
  ],
  ['rejects', () => Promise.reject(new Error('broken')), 'failed'],
  ['never answers', () => new Promise(() => undefined), 'timed_out'],
])('an enricher that %s loses its own findings only, and is counted', async (_, find, reason) => {
  const metrics = new Registry();
  const stage = enrichWith([{ name: 'entities', find }, good], { waitMs: 20 });
  const { entities, keywords, skipped } = await enriched(null, { stage, metrics });
  expect({ entities, keywords }).toEqual({
    entities: nothingFound.entities,
    keywords: [{ term: 'rescue', weight: 1 }],
  });
  expect(skipped).toEqual([{ enricher: 'entities', reason }]);
  expect(await metrics.metrics()).toContain(`mimir_enricher_skipped_total{enricher="entities",reason="${reason}"} 1`);
  expect(await metrics.metrics()).toContain('mimir_enricher_duration_seconds_count{enricher="keywords"} 1');
});

test('the stage can be opened twice in one process', async () => {
  const metrics = new Registry();
  await enriched(null, { metrics });
  await enriched(null, { metrics });
  expect(await metrics.metrics()).toContain('mimir_enricher_duration_seconds_count{enricher="language"} 2');
});
