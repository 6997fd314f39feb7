import { readdirSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { enrich } from '../../../processors/enrich/enrich.ts';
import { enrichers } from '../../../processors/enrich/enrichers.ts';
import type { Article } from '../../../schemas/types.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Outcome } from '../../../streams/stage.ts';

const article = {
  article_id: 'id-1',
  version: 1_000,
  title: 'Rescue team saves 20 miners',
  text: 'A rescue team saved twenty miners on Monday. The miners were happy and well, the hospital in Santiago said.',
  language_hint: 'en',
} as Article;

async function run(value: Article | null): Promise<Outcome<'article-enriched'>> {
  const { handler } = await enrich.open({} as Runtime);
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
          version: 1_001,
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
  const helpers = ['enrich', 'enricher', 'enrichers', 'stop-words', 'words'];
  const files = readdirSync(new URL('../../../processors/enrich/', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
  expect(enrichers.map(({ name }) => name).toSorted()).toEqual(
    files.filter((file) => !helpers.includes(file)).toSorted(),
  );
});
