import { expect, test } from 'vitest';
import { textHash } from '../../../processors/extract/text-hash.ts';
import { article, madeUpWords } from '../../processors/dedup/articles.ts';
import { openLedger } from '../../processors/dedup/ledger.ts';
import { originalsOf } from './judge.ts';

/** Three stories, each as it is, in pieces, with words replaced, and quoted by another. */
const texts = ['first', 'second', 'third'].flatMap((seed) => {
  const words = madeUpWords(seed, 200);
  const others = madeUpWords(`not ${seed}`, 200);
  const replaced = (everyNth: number) => words.map((word, at) => (at % everyNth === 0 ? (others[at] ?? '') : word));
  return [
    words.slice(0, 120),
    words,
    replaced(5),
    ['All rights reserved.', ...words],
    words.slice(90),
    [...words.slice(0, 60), ...others.slice(0, 120)],
    replaced(3),
    words.map((word) => word.toUpperCase()),
  ].map((all) => ({ title: seed, text: all.join(' ') }));
});

test('the command judges as the stage does', async () => {
  const articles = texts.map((text, at) =>
    article({
      url: `https://example.com/${at}`,
      ...text,
      text_hash: textHash(text.text),
      published_at: 1_790_000_000_000 + at,
    }),
  );
  const ledger = openLedger();
  await ledger.take(...articles.toSorted((a, b) => (a.article_id < b.article_id ? -1 : 1)));

  const links = ledger.links();
  const originals = articles.map(({ url }) => articles.findIndex((one) => one.url === (links[url] ?? url)));
  expect(originalsOf(texts)).toEqual(originals);
  expect(new Set(originals).size).toBeGreaterThan(3);
  expect(Object.keys(links).length).toBeGreaterThan(12);
});
