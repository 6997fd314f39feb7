import { expect, test } from 'vitest';
import { findEntities } from '../../../processors/enrich/entities.ts';
import { entityKey } from '../../../processors/enrich/entities/key.ts';

const named = async (text: string, language: string | null = 'en', title = '') =>
  (await findEntities(title, text, language)).map(({ key, type }) => `${key}: ${type}`);

test.each<[string, string, readonly string[]]>([
  ['a title is no part of the name', 'Then President Emmanuel Macron left.', ['emmanuel macron: person']],
  ['a sentence begins with a capital', 'Analysts waited. Dealers in Oslo sold.', ['oslo: place']],
  ['a known name may begin a sentence', 'Norway won. Siemens lost.', ['norway: place', 'siemens: organization']],
  ['firms by their legal form', 'It bought Zandorra Holdings Ltd yesterday.', ['zandorra holdings: organization']],
  ['small words within a name', 'He left the Bank of England for good.', ['bank of england: organization']],
  ['a country before a person', 'It pleased German Steffi Graf most.', ['german: other', 'steffi graf: person']],
  ['events', 'They won the Asian Cup again.', ['asian cup: other']],
  ['days are no names', 'On Friday they met in December.', []],
  ['endings in small letters', 'The Berlin-based firm and Oslo’s mayor met.', ['berlin: place', 'oslo: place']],
  ['abbreviations with full stops', 'It was seen in the U.S. The firm agreed.', ['united states: place']],
  [
    'unknown words in lists',
    'Scorers: Anton Dobos, Liviu Ciobo, Tibor Selym.',
    ['anton dobos: person', 'liviu ciobo: person', 'tibor selym: person'],
  ],
])('%s', async (_, text, expected) => {
  expect(await named(text)).toEqual(expected);
});

test('a headline in capitals is read with the words of the language', async () => {
  expect(await named('JAPAN GET LUCKY WIN OVER CHINA IN ASIAN CUP')).toEqual([
    'japan: place',
    'china: place',
    'asian cup: other',
  ]);
});

test('a headline in which every word has a capital names what the text or the lists know', async () => {
  expect(
    await named('The crane that Quibble built fell in Oslo.', 'en', 'Quibble Crane Falls Hard on Cargo Ship in Oslo'),
  ).toEqual(['quibble: person', 'oslo: place']);
});

test('what an article calls one thing by several names is one entity', async () => {
  const text =
    'The European Central Bank (ECB) spoke. Angela Merkel, and later Mrs Merkel, answered. Merkel left. The ECB and Siemens AG stayed; Siemens won.';
  const found = await findEntities('MERKEL ANSWERS', text, 'en');
  expect(found.map(({ key, name, count }) => ({ key, name, count }))).toEqual([
    { key: 'angela merkel', name: 'Angela Merkel', count: 4 },
    { key: 'european central bank', name: expect.any(String), count: 3 },
    { key: 'siemens', name: 'Siemens AG', count: 2 },
  ]);
});

test('a last name is of the person that was named last before it', async () => {
  const found = await findEntities(
    '',
    'Then Bill Clinton spoke. Later Hillary Clinton spoke. She was tired, Clinton said.',
    'en',
  );
  expect(found.map(({ key, count }) => [key, count])).toEqual([
    ['hillary clinton', 2],
    ['bill clinton', 1],
  ]);
});

test('initials in brackets behind a name are its short form in every language', async () => {
  const found = await findEntities('', 'Dann sprach Nordische Bank AG (NBK). Die NBK schwieg.', 'sv');
  expect(found.map(({ key, count }) => [key, count])).toEqual([['nordische bank', 3]]);
});

test.each<[string, string, readonly string[]]>([
  [
    'de',
    'Der Minister traf Angela Merkel in München, und Merkel sprach mit der Presse über Deutschland.',
    ['angela merkel', 'munchen', 'germany'],
  ],
  ['fr', 'Le président Emmanuel Macron est en Italie, selon l’Allemagne.', ['emmanuel macron', 'italy', 'germany']],
  ['ru', 'Вчера Германия и Россия договорились.', ['germany', 'russia']],
  ['ja', '日本とドイツの首相が会談した。', ['japan', 'germany']],
  ['ar', 'فازت ألمانيا على البرازيل', ['germany', 'brazil']],
])('names in %s, countries under their English key', async (language, text, keys) => {
  expect((await findEntities('', text, language)).map(({ key }) => key)).toEqual(keys);
});

test.each([
  ['Siemens AG', 'SIEMENS'],
  ['Müller & Söhne GmbH', 'Muller and Sohne'],
  ['The Guardian', 'Guardian'],
  ['U.S.', 'United States of America'],
  ['Deutschland', 'Germany'],
  ['Côte d’Ivoire', "Cote d'Ivoire"],
  ['Coca-Cola', 'Coca Cola'],
])('%s and %s have one key', (one, other) => {
  expect(entityKey(one)).toBe(entityKey(other));
});

test.each([
  ['a word without end', 'A'.repeat(1_000_000)],
  ['capitals without end', 'Ab '.repeat(300_000)],
  [
    'different names without end',
    Array.from({ length: 50_000 }, (_, at) => `X${at.toString(36)}q Yz${at.toString(36)}.`).join(' '),
  ],
  ['connectors without end', 'Bank of '.repeat(100_000)],
  ['emoji and controls', '\u{1F600}\u202E\0\uFFFF'.repeat(50_000)],
  ['half of a pair', '\uD83D'.repeat(100_000)],
  ['brackets', 'Ab (AB) '.repeat(50_000)],
])('%s ends and stays small', async (_, text) => {
  const found = await findEntities(text, text, 'en');
  expect(found.length).toBeLessThanOrEqual(50);
  for (const { key, name } of found) expect(Math.max(key.length, name.length)).toBeLessThanOrEqual(200);
});

test('the same text gives the same entities', async () => {
  const text = 'Ada Lovelace met Charles Babbage in London. Babbage showed the Analytical Engine.';
  expect(await findEntities('', text, 'en')).toEqual(await findEntities('', text, 'en'));
});
