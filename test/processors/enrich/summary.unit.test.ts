import { describe, expect, test } from 'vitest';
import { summarize } from '../../../processors/enrich/summary.ts';
import { usableSentence } from '../../../processors/enrich/summary/usable-sentence.ts';

const title = 'Storm leaves thousands without power';
const lead = 'A storm left thousands of homes in the north without power on Monday, officials said.';
const second = 'Crews were working to repair the lines that the storm had torn down near the coast.';
const third = 'Schools will stay closed until Wednesday at the earliest, the region’s governor said.';
const rest = 'A café owner gave out free tea. His dog slept through all of it. Someone sang a song about rain.';

describe('a summary', () => {
  test('is the sentences that say the most, in the order of the text', () => {
    const found = summarize(title, `${lead} ${second} ${third} ${rest}`, 'en');
    expect(found?.text.startsWith(`${lead} ${second}`)).toBe(true);
    expect(found?.method).toMatch(/-\d+$/u);
  });

  test('is surer where it says more of what the text says', () => {
    const short = summarize(title, `${lead} ${second}`, 'en');
    const long = summarize(title, `${lead} ${second} ${third} ${rest} ${rest.replaceAll('a', 'o')}`, 'en');
    expect(short?.confidence).toBe(1);
    expect(long?.confidence).toBeGreaterThan(0.2);
    expect(long?.confidence).toBeLessThan(0.8);
  });

  test('begins with the report and not with what stands around it', () => {
    const page = [
      'STORM LEAVES THOUSANDS WITHOUT POWER',
      'By Ann Example',
      'Photo: A street under water on Monday afternoon in the old town.',
      'Sign up for our newsletter and never miss a story again.',
      `LONDON, May 3 (Reuters) - ${lead}`,
      `${second} ${third}`,
    ].join('\n');
    expect(summarize(title, page, 'en')?.text.startsWith(`${lead} ${second}`)).toBe(true);
  });

  test('does not say the title again', () => {
    expect(summarize(title, `${title} now.\n${lead} ${second}`, 'en')?.text).toBe(`${lead} ${second}`);
  });

  test('says nothing twice', () => {
    expect(summarize('', `${lead} ${lead} ${second} ${third}`, 'en')?.text).toContain(second);
  });

  test.each(['', ' \n ', 'One sentence that stands here alone.', 'Menu\nHome\nContact', '12:30 – 45 %'])(
    'of a text with nothing to sum up is none: "%s"',
    (text) => {
      expect(summarize(title, text, 'en')).toBeNull();
    },
  );

  test.each([
    [
      'de',
      'Ein Sturm hat Tausende Haushalte vom Strom getrennt. Am 3. Mai soll er wiederkommen. Es regnete.',
      /^Ein Sturm/u,
    ],
    [
      'ja',
      '北部で嵐により数千世帯が停電した。当局が月曜日に発表した。復旧作業が続いている。',
      /^北部で嵐により数千世帯が停電した。当局/u,
    ],
    ['ar', 'تركت العاصفة آلاف المنازل بلا كهرباء يوم الاثنين. تعمل الفرق على إصلاح الخطوط. المدارس مغلقة.', /^تركت/u],
    ['hi', 'तूफान से हजारों घरों की बिजली चली गई है। मरम्मत का काम सोमवार से चल रहा है।', /^तूफान/u],
    [null, 'Blorv zanto vika hessa miru. Hessa blorv kolti zanto pelu.', /^Blorv/u],
  ])('is found in %s', (language, text, pattern) => {
    expect(summarize('', text, language)?.text).toMatch(pattern);
  });

  test.each([
    ['one word', 'a'.repeat(1_000_000)],
    ['sentences', 'This is a sentence of words. '.repeat(40_000)],
    ['lines', 'A line without a stop but of many words here\n'.repeat(20_000)],
    ['brackets', '('.repeat(1_000_000)],
    ['capitals with commas', 'AB, '.repeat(250_000)],
    ['a dateline without end', `LONDON ${'A, '.repeat(300_000)}`],
    ['signs', '漢。'.repeat(300_000)],
    ['emoji', '😀'.repeat(300_000)],
  ])('of a million characters is of their beginning: %s', (_, text) => {
    expect(summarize(text, text, 'en')).toEqual(summarize(text.slice(0, 1_000), text.slice(0, 20_000), 'en'));
  });
});

test.each([
  ['LONDON, May 3 (Reuters) - The bank cut its rates on Friday.', 'The bank cut its rates on Friday.'],
  ['Berlin (dpa) – Die Bank senkt heute die Zinsen.', 'Die Bank senkt heute die Zinsen.'],
  ['PARIS (AP) — The bank cut its rates on Friday.', 'The bank cut its rates on Friday.'],
  ['The bank (founded 1900) cut its rates on Friday.', 'The bank (founded 1900) cut its rates on Friday.'],
  ['By Ann Example and Bob Example in London.', null],
  ['Foto: Das Haus brannte am Montag ganz aus.', null],
  ['© 2024 The Paper and its many writers everywhere.', null],
  ['Lesen Sie auch, was sonst am Montag geschah.', null],
  ['EVERYTHING IN CAPITALS IS A TITLE OR A WARNING.', null],
  ['A heading of six short words', null],
  ['It rained.', null],
])('of %s stays %s', (sentence, told) => {
  expect(usableSentence(sentence)).toBe(told);
});
