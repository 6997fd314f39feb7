import { expect, test } from 'vitest';
import { settingsOfType } from '../../domain/connectors.ts';

const problem = (enrichment: unknown): string | undefined =>
  settingsOfType('rss')
    ?.config.safeParse({ enrichment })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)[0];

test.each([
  {},
  { only: ['language', 'keywords'] },
  { skip: ['sentiment'], max_characters: 5_000 },
  { skip: ['categories'] },
])('a source takes the rule %o', (rule) => {
  expect(problem(rule)).toBeUndefined();
});

test.each<[unknown, RegExp]>([
  [{ skip: ['sentimental'] }, /^enrichment\.skip\.0: there are language, .*quality, categories/u],
  [{ skip: ['sentiment'], only: ['language'] }, /^enrichment\.skip: say only or skip, not both/u],
  [{ max_characters: 10 }, /^enrichment\.max_characters: .*200/u],
  [{ only: [] }, /^enrichment\.only: /u],
  [{ omit: ['language'] }, /^enrichment: .*omit/u],
  ['none', /^enrichment: /u],
])('the rule %o is refused: %s', (rule, message) => {
  expect(problem(rule)).toMatch(message);
});
