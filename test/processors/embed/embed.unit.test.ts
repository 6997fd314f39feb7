import { pino } from 'pino';
import { expect, test } from 'vitest';
import { embedHandler, textOf } from '../../../processors/embed/embed.ts';
import type { ArticleEnriched } from '../../../schemas/types.ts';
import type { Message } from '../../../streams/stage.ts';

/** Stands for the sentence model: a text's vector is its length, and it tells what it was asked. */
function counting() {
  const asked: string[] = [];
  return {
    asked,
    model: 'counting@1',
    embed: (texts: readonly string[]) => {
      asked.push(...texts);
      return Promise.resolve(texts.map((text) => new Float32Array([text.length, 1])));
    },
  };
}

const context = {
  now: () => 0,
  sleep: () => Promise.resolve(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
};

function message(id: string, title: string | null, text = 'Text.'): Message<'article-enriched'> {
  const article = {
    article_id: id,
    title,
    text,
    summary: null,
    url: `https://a.example/${id}`,
    visibility: 'public',
    feed_ids: ['f'],
    published_at: 5,
    enrichment: '{"skip":["categories"]}',
  };
  const value =
    title === null
      ? null
      : ({
          article_id: id,
          version: 100,
          article,
          language: 'en',
          entities: [{ key: 'oslo' }],
        } as unknown as ArticleEnriched);
  return { topic: 'article-enriched', partition: 0, offset: 0n, key: id, value, headers: {}, timestampMs: 0 };
}

const firstModel = () => Promise.resolve(0);

async function run(handler: ReturnType<typeof embedHandler>, messages: readonly Message<'article-enriched'>[]) {
  if (handler.kind !== 'batch') throw new Error('the stage takes batches');
  const outcomes = await handler.process(messages, context);
  return outcomes.map((outcome) => (outcome.kind === 'emit' ? outcome.outputs[0] : undefined));
}

test('each message gets its own vector, in its order, and the end of an article passes on', async () => {
  const outputs = await run(embedHandler(counting(), firstModel), [
    message('1', 'A'),
    message('2', null),
    message('3', 'ABC'),
  ]);

  expect(outputs).toMatchObject([
    {
      key: '1',
      value: {
        article_id: '1',
        version: 103,
        vector: [8, 1],
        model: 'counting@1',
        feed_ids: ['f'],
        published_at: 5,
        entities: ['oslo'],
        enrichment: '{"skip":["categories"]}',
      },
    },
    { key: '2', value: null },
    { key: '3', value: { article_id: '3', vector: [10, 1] } },
  ]);
});

test('equal texts are embedded once, in a batch and after it', async () => {
  const model = counting();
  const handler = embedHandler(model, firstModel);
  await run(handler, [message('1', 'A'), message('2', 'A'), message('3', 'B')]);
  const [again] = await run(handler, [message('4', 'A')]);

  expect(model.asked).toEqual(['A. Text.', 'B. Text.']);
  expect(again).toMatchObject({ value: { article_id: '4', vector: [8, 1] } });
});

test('the number of its model raises the version of a vector', async () => {
  const [vector] = await run(
    embedHandler(counting(), () => Promise.resolve(7)),
    [message('1', 'A')],
  );

  expect(vector).toMatchObject({ value: { version: 110 } });
});

test('a batch of ends asks the model nothing', async () => {
  const model = counting();
  await run(embedHandler(model, firstModel), [message('1', null)]);

  expect(model.asked).toEqual([]);
});

test.each([
  { given: { title: 'Title', text: 'Text', summary: 'Summary' }, text: 'Title. Text' },
  { given: { title: 'Title', text: '', summary: 'Summary' }, text: 'Title. Summary' },
  { given: { title: 'Title', text: '', summary: null }, text: 'Title. ' },
])('what is embedded is title and text, else the extract: $text', ({ given, text }) => {
  expect(textOf(given)).toBe(text);
});

test('of a long text the beginning is embedded', () => {
  expect(textOf({ title: 'T', text: 'x'.repeat(1_000_000), summary: null })).toHaveLength(2_000);
});
