import { describe, expect, test } from 'vitest';
import { nearness } from '../../../../processors/dedup/near/nearness.ts';
import { nearFactsOf, sketchOf } from '../../../../processors/dedup/near/sketch.ts';
import { generator } from '../../../eval/frame/bootstrap.ts';
import { madeUpWords } from '../articles.ts';

const near = (a: string, b: string, visibilities: readonly [string, string] = ['public', 'public']): number | null => {
  const [first, second] = [nearFactsOf(visibilities[0], a), nearFactsOf(visibilities[1], b)];
  if (first === null || second === null) return null;
  const score = nearness(sketchOf(first.sketch), sketchOf(second.sketch));
  expect(nearness(sketchOf(second.sketch), sketchOf(first.sketch))).toBe(score);
  return score;
};
const meet = (a: string, b: string): boolean => {
  const bands = new Set(nearFactsOf('public', a)?.bands);
  return nearFactsOf('public', b)?.bands.some((band) => bands.has(band)) ?? false;
};

const story = madeUpWords('story', 300);
const others = madeUpWords('others', 300);
const replaced = (everyNth: number, words = story) =>
  words.map((word, at) => (at % everyNth === 0 ? (others[at] ?? '') : word)).join(' ');
const whole = story.join(' ');
const chance = generator(3);
const scattered = story.map((word, at) => (chance() < 0.4 ? (others[at] ?? '') : word)).join(' ');

/** Of one form, as agencies send them: all that differs are names and numbers. */
const results = (name: string, numbers: readonly string[]) =>
  `${name} reported its results for the fourth quarter on Tuesday. Shr ${numbers[0]} cts vs ${numbers[1]} cts.
   Net ${numbers[2]} vs ${numbers[3]}. Revs ${numbers[4]} mln vs ${numbers[5]} mln. Avg shrs ${numbers[6]}. The company said
   that the results include a gain from discontinued operations and an extraordinary charge for the early payment of debt.`;

const chinese = '中国人民银行周一宣布下调存款准备金率以支持经济增长并保持市场流动性合理充裕分析人士认为此举符合预期';

describe('near are', () => {
  test.each([
    ['a text in other case and white space', whole, whole.toUpperCase().replaceAll(' ', '\n')],
    ['a text that was cut', whole, story.slice(0, 120).join(' ')],
    [
      'a text with boilerplate around it',
      whole,
      `All rights reserved. Sign up now.\n\n${whole}\n\nFollow us for more.`,
    ],
    ['a text of which every fifth word was replaced', whole, replaced(5)],
    ['a text of which two words in five were replaced, here and there', whole, scattered],
    ['a long text and its beginning', madeUpWords('long', 4_000).join(' '), madeUpWords('long', 2_000).join(' ')],
    ['a Chinese text and its copy with another end', `${chinese}后续报道将继续`, chinese],
  ])('%s', (_, a, b) => {
    expect(near(a, b)).toBeGreaterThan(0.5);
    expect(meet(a, b)).toBe(true);
  });
});

describe('not near are', () => {
  test.each([
    ['texts that share nothing', whole, others.join(' ')],
    ['texts that quote the same third', whole, [...story.slice(0, 100), ...others.slice(100)].join(' ')],
    [
      'reports in one form with other numbers',
      results('Alpha Industries', ['12', '10', '1,353,000', '5,551,000', '11.3', '8.1', '7,801,000']),
      results('Omega Holding', ['67', '23', '5,220,000', '3,143,000', '236.1', '256.2', '13,700,000']),
    ],
    ['texts of which every second word was replaced', whole, replaced(2)],
    [
      'two Chinese texts',
      chinese,
      '日本政府计划在明年春季之前向国会提交新的能源法案以减少对进口天然气的依赖'.repeat(2),
    ],
  ])('%s', (_, a, b) => {
    expect(near(a, b)).toBeNull();
  });

  test('the same text for all and for one organisation alone, which do not even meet', () => {
    expect(near(whole, whole)).toBe(1);
    expect(near(whole, whole, ['public', 'org-1'])).toBeNull();
    const mine = new Set(nearFactsOf('org-1', whole)?.bands);
    expect(nearFactsOf('public', whole)?.bands.some((band) => mine.has(band))).toBe(false);
  });
});

test('texts too short to tell anything have no sketch', () => {
  expect(nearFactsOf('public', story.slice(0, 25).join(' '))).toBeNull();
  expect(nearFactsOf('public', '')).toBeNull();
});

test.each([
  ['one word of a million letters', 'a'.repeat(1_000_000)],
  ['one word again and again', 'word '.repeat(200_000)],
  ['nothing but signs', '🙂\u202e\u0000 — … '.repeat(100_000)],
  ['a million different words', madeUpWords('many', 150_000).join(' ')],
  [
    'a million Chinese characters',
    Array.from({ length: 500_000 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join(''),
  ],
  ['halves of characters', '\ud83d'.repeat(500_000)],
])('a text of %s makes a sketch of bounded size, or none', (_, text) => {
  const facts = nearFactsOf('public', text);
  expect(facts?.sketch.length ?? 0).toBeLessThan(2_000);
  expect(facts?.bands.length ?? 0).toBeLessThanOrEqual(32);
});
