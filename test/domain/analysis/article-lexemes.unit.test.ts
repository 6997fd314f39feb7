import { expect, test } from 'vitest';
import { analyse, patternOf } from '../../../domain/analysis/analyse.ts';
import { articleLexemes, partOf, positionOf } from '../../../domain/analysis/article-lexemes.ts';

const analysed = (text: string, language: string | null) => {
  const found: string[] = [];
  const last = analyse(text, language, (lexeme, position) => found.push(`${lexeme} ${position}`));
  return { found, last };
};

test.each([
  ['Banks were running', 'en', ['en:bank 1', 'en:were 2', 'en:run 3']],
  ['Häuser und Straßen', 'de', ['de:haus 1', 'de:und 2', 'de:strass 3']],
  ['Häuser', 'pl', ['hauser 1']],
  ['Häuser', null, ['hauser 1']],
  ['publié', 'fr', ['fr:publ 1', 'fr:publi 1']],
  ['Москвы и Google', 'ru', ['ru:москв 1', 'ru:и 2', 'google 3']],
  ['В 2026', 'ru', ['ru:в 1', '2026 2']],
  ['中国人 ok', 'zh', ['中 1', '中国 1', '国 2', '国人 2', '人 3', 'ok 4']],
  ['サッカーW杯', 'ja', ['サ 1', 'サッ 1', 'ッ 2', 'ッカ 2', 'カ 3', 'カー 3', 'ー 4', 'w 5', '杯 6']],
  ['news new', 'en', ['en:news 1', 'en:new 2']],
  ['👍 — !', 'en', []],
  ['__proto__ constructor', 'en', ['en:proto 1', 'en:constructor 2']],
])('%s in %s', (text, language, found) => {
  expect(analysed(text, language).found).toEqual(found);
});

test.each([
  ['Mietshäuser', 'Mietshaus', 'de'],
  ['elections', 'ELECTION', 'en'],
  ['Cafés', 'cafe', 'fr'],
  ['publié', 'publie', 'fr'],
  ['российского', 'Российский', 'ru'],
  ['Müller’s', "muller's", 'en'],
  ['中国人民银行', '人民', 'zh'],
  ['서울에서', '서울', 'ko'],
  ['Wörter', 'worter', 'xx'],
  ['東京オリンピック2020', 'オリンピック2020', 'ja'],
])('a text with %s is found by %s (%s)', (written, asked, language) => {
  expect(finds(asked, written, language)).toBe(true);
});

test.each([
  ['running', 'run', 'de'],
  ['北京', '京北', 'zh'],
  ['c', 'C++', 'en'],
])('a text with %s is not found by %s (%s)', (written, asked, language) => {
  expect(finds(asked, written, language)).toBe(false);
});

/** As both sides read a pattern: position by position. */
function finds(asked: string, written: string, language: string): boolean {
  const lexemes = articleLexemes({ title: written, summary: null, content: '', language });
  const at = (any: readonly string[]) =>
    new Set(any.flatMap((lexeme) => (lexemes.get(lexeme) ?? []).map((place) => positionOf(place))));
  const positions = patternOf(asked).map(at);
  return [...(positions[0] ?? [])].some((first) => positions.every((set, index) => set.has(first + index)));
}

test('a stem of one language does not meet that of another', () => {
  expect(patternOf('running')[0]).toEqual(expect.arrayContaining(['running', 'en:run', 'de:running']));
  expect(patternOf('2026')).toEqual([['2026']]);
});

test('the last character stands for itself only where something follows', () => {
  expect(patternOf('中国')).toEqual([['中国']]);
  expect(patternOf('国')).toEqual([['国']]);
  expect(patternOf('中国 2026')).toEqual([['中国'], ['国'], ['2026']]);
  expect(patternOf('北京 上海')).toEqual([['北京'], ['京'], ['上海']]);
});

test('parts follow each other with a position between them', () => {
  const lexemes = articleLexemes({ title: '1 2', summary: '3', content: '1 4', language: null });
  const placed = [...lexemes].map(([lexeme, places]) => [
    lexeme,
    ...places.map((place) => `${partOf(place)} ${positionOf(place)}`),
  ]);
  expect(placed).toEqual([
    ['1', 'title 1', 'text 6'],
    ['2', 'title 2'],
    ['3', 'summary 4'],
    ['4', 'text 7'],
  ]);
});

test('an empty part leaves no gap', () => {
  const lexemes = articleLexemes({ title: '', summary: null, content: 'a', language: null });
  expect(lexemes.get('a')?.map(positionOf)).toEqual([1]);
});

test('no more than a tsvector holds', () => {
  const many = articleLexemes({ title: 'a '.repeat(900), summary: null, content: 'b '.repeat(40_000), language: null });
  expect(many.get('a')).toHaveLength(255);
  expect(many.get('b')).toHaveLength(255);

  const long = Array.from({ length: 20_000 }, (_, index) => index.toString(36)).join(' ');
  const last = articleLexemes({ title: '', summary: null, content: long.slice(0, 100_000), language: null });
  expect(Math.max(...[...last.values()].flat().map(positionOf))).toBe(16_383);
  expect(last.get((16_500).toString(36))?.map(positionOf)).toEqual([16_383]);

  let seed = 1;
  const han = Array.from({ length: 100_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCodePoint(0x4e_00 + ((seed >>> 8) % 20_000));
  });
  const wide = articleLexemes({ title: '', summary: null, content: han.join(''), language: 'zh' });
  const bytes = [...wide].reduce((sum, [lexeme, places]) => sum + Buffer.byteLength(lexeme) + 2 + 2 * places.length, 0);
  expect(bytes).toBeLessThan(1_048_576);
  expect(bytes).toBeGreaterThan(800_000);
});

test.each([
  ['marks without end', `b a${'\u0301'.repeat(90_000)}`, 1],
  ['a word without end', `b ${'x'.repeat(90_000)}`, 1],
  ['marks upon marks', `a${'\u0301'.repeat(90)} `.repeat(1_000), 1],
])('%s take no time', (_, content, size) => {
  expect(articleLexemes({ title: '', summary: null, content, language: 'fr' }).size).toBe(size);
});
