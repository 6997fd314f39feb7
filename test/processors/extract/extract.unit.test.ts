import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extract } from '../../../processors/extract/extract.ts';
import type { Article, RawArticle } from '../../../schemas/types.ts';
import { loadConfig } from '../../../streams/config.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message, Stage } from '../../../streams/stage.ts';
import { virtualContext } from '../collect/virtual-context.ts';
import { newsPage, paragraphs, rawArticle } from './raw-article.ts';

let stage: Stage<'raw-article', 'article'>;
beforeAll(async () => {
  const config = loadConfig({ MIMIR_DATA_DIR: '/nonexistent' });
  stage = await extract.open({ config, log: pino({ level: 'silent' }) } as Runtime);
});
afterAll(() => stage.close?.());

async function run(raw: RawArticle): Promise<Article> {
  if (stage.handler.kind !== 'each') throw new Error('handles batches');
  const message: Message<'raw-article'> = {
    topic: 'raw-article',
    partition: 0,
    offset: 0n,
    key: raw.article_id,
    value: raw,
    headers: {},
    timestampMs: 0,
  };
  const outcome = await stage.handler.process(message, virtualContext());
  const [output] = outcome.kind === 'emit' ? outcome.outputs : [];
  if (output?.value === undefined || output.value === null) throw new Error('no article');
  expect(output).toMatchObject({ topic: 'article', key: raw.article_id });
  return output.value;
}

test('a raw article becomes an article under the same key', async () => {
  expect(await run(rawArticle(newsPage()))).toMatchObject({ text: paragraphs.join('\n\n') });
});

test('a process that stood still for a while loses no text', { timeout: 60_000 }, async () => {
  await run(rawArticle(newsPage()));
  const article = run(rawArticle(newsPage()));
  // The event loop looks at the clock right behind this, and only then finds the answer, which is there by then.
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_500));
  expect(await article).toMatchObject({ extraction_method: 'readability' });
});

describe('a page made to harm its readers costs itself its text and nothing more', () => {
  const entry = { summary_html: '<p>The summary.</p>' };
  test.each([
    ['nested 513 levels', '<div>'.repeat(513) + 'x'],
    ['nested a million levels', '<div>'.repeat(1_000_000)],
    ['a bomb of 100 MB', Buffer.alloc(100_000_000, ' ')],
  ])('%s', async (_, html) => {
    expect(await run(rawArticle(html, entry))).toMatchObject({
      text: 'The summary.',
      extraction_method: 'feed-summary',
    });
  });

  test.each([
    ['an element with 100,000 attributes', `<p ${Array.from({ length: 100_000 }, (_, n) => `a${n}`).join(' ')}>x</p>`],
    ['200,000 elements', '<b></b>'.repeat(200_000)],
    ['a million character references', '&#65;'.repeat(1_000_000)],
    ['no gzip at all', ''],
    ['half a tag', '<p'],
  ])('%s, and the next is read', async (_, html) => {
    const page = html === '' ? { body_gzip: Buffer.from('nonsense') } : {};
    expect((await run(rawArticle(html, entry, page))).title).toBe('Storm hits the coast');
    expect((await run(rawArticle(newsPage()))).extraction_method).toBe('readability');
  });

  test('an entry nested a million levels has a title', async () => {
    const deep = '<div>'.repeat(200_000);
    expect(await run(rawArticle(null, { content_html: deep, summary_html: deep }))).toMatchObject({
      title: 'Storm hits the coast',
      extraction_method: 'title-only',
    });
  });
});
