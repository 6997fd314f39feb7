import { expect, test } from 'vitest';
import { qualityFlags } from '../../../processors/enrich/quality.ts';

const judged = (text: string, { title = 'Crane falls on cargo ship', paywall = null as boolean | null } = {}) =>
  qualityFlags({ title, text, paywall, language_hint: null });
const flagsOf = (...given: Parameters<typeof judged>) => judged(...given).map(({ flag }) => flag);
const confidencesOf = (...given: Parameters<typeof judged>) => judged(...given).map(({ confidence }) => confidence);

const linesWith = (sentences: number) =>
  Array.from({ length: 20 }, (_, at) => `Ship ${at} leaves the port of Oslo${at < sentences ? '.' : ''}`).join('\n');

const paragraph =
  'A crane at the container terminal fell on a freighter on Tuesday morning. Nobody was hurt, the port said, and the ship can sail. ';
const whole = paragraph.repeat(30);
const beginning = paragraph.repeat(4);

test('a good article has no flag', () => {
  expect(flagsOf(whole)).toEqual([]);
  expect(flagsOf(whole, { paywall: true })).toEqual([]);
});

test.each([
  'Subscribe now to continue reading.',
  'Already a subscriber? Log in',
  'This article is only available to subscribers.',
  'Jetzt weiterlesen mit dem Digital-Abo',
  'Dieser Artikel ist nur für Abonnenten.',
  'Article réservé à nos abonnés',
  'Pour lire la suite, abonnez-vous.',
  'Suscríbete para seguir leyendo',
  'Contenuto riservato agli abbonati',
  'Conteúdo exclusivo para assinantes',
  'Verder lezen? Word abonnee',
  'Artykuł dla prenumeratorów',
  'Материал доступен только для подписчиков',
  'この記事は有料会員限定です',
])('a text that ends with «%s» is a paywall stub', (end) => {
  expect(flagsOf(`${beginning}\n${end}`)).toEqual(['paywall_stub']);
});

test('a short text that declares to be paid for is a paywall stub', () => {
  expect(flagsOf(beginning, { paywall: true })).toEqual(['paywall_stub']);
  expect(flagsOf(beginning, { paywall: false })).toEqual([]);
});

test('the further a text is from the bound of a rule, the surer the flag', () => {
  const wall = 'Subscribe now to continue reading.';
  const [long = 0] = confidencesOf(`${paragraph.repeat(18)}\n${wall}`);
  const [short = 0] = confidencesOf(`${paragraph.repeat(2)}\n${wall}`);
  expect(long).toBeGreaterThanOrEqual(0.5);
  expect(short).toBeGreaterThan(long + 0.2);
  expect(short).toBeLessThan(1);

  expect([0, 1, 3].map((sentences) => confidencesOf(linesWith(sentences))[0])).toEqual([1, 0.833, 0.5]);
  expect(confidencesOf('Please enable JavaScript. We and our partners use cookies here. '.repeat(3))).toEqual([0.75]);
});

test('what is counted, or what the publisher says himself, is sure', () => {
  expect(confidencesOf('Crane falls on cargo ship')).toEqual([1]);
  expect(confidencesOf(beginning, { paywall: true })).toEqual([1]);
  expect(confidencesOf(whole, { title: 'Storm in Oslo – live updates' })).toEqual([1]);
});

test('words of a paywall in the midst of an article say nothing', () => {
  expect(flagsOf(`${paragraph}"Subscribe to read more" is what its site says now. ${beginning}${beginning}`)).toEqual(
    [],
  );
});

test.each([
  [
    'JavaScript',
    'Please enable JavaScript to view this site and its contents, and reload the page after that, as our pages do not work without it in any of the browsers that we know.',
  ],
  [
    'cookies',
    'We and our partners use cookies to store and access personal data. You can accept all cookies or choose what you agree to on the next page, and change it at any later time.',
  ],
  [
    'cookies in German',
    'Wir und unsere Partner verwenden Cookies, um Inhalte zu personalisieren. Sie können alle Cookies akzeptieren oder Ihre Auswahl treffen; das geht auch später noch jederzeit.',
  ],
  [
    'a missing page',
    'Error 404: page not found. The page that you have asked for does not exist any more, or it never did. You may go back to the front page, or look for it by the search above.',
  ],
  [
    'a check for robots',
    'Checking your browser before you access the site. This takes a moment, and then you are sent on. If nothing happens within ten seconds, please contact the owner of the site and say so.',
  ],
])('what a site shows instead of the article is boilerplate: %s', (_, text) => {
  expect(flagsOf(text)).toEqual(['boilerplate']);
});

test('an article about cookies is none', () => {
  expect(flagsOf(`This site uses cookies, and says: please enable JavaScript. ${whole}`)).toEqual([]);
  expect(flagsOf(`The court ruled that a site uses cookies against the law. ${whole}`)).toEqual([]);
  expect(flagsOf(`The court said that this site uses cookies against the law. ${paragraph.repeat(6)}`)).toEqual([]);
});

test('lines without a sentence are a listing, an article in short paragraphs is none', () => {
  const headlines = Array.from({ length: 20 }, (_, at) => `Ship number ${at} leaves the port of Oslo`);
  expect(flagsOf(headlines.join('\n'))).toEqual(['listing']);
  expect(flagsOf(headlines.map((line) => `${line}.`).join('\n'))).toEqual([]);
  expect(flagsOf(headlines.slice(0, 8).join('\n'))).toEqual([]);
});

test.each([
  'Storm in Oslo – live updates',
  'Liveticker: Sturm in Oslo',
  'EN DIRECT : tempête à Oslo',
  'Tormenta en Oslo, minuto a minuto: todo',
])('the title «%s» is one of a live blog', (title) => {
  expect(flagsOf(whole, { title })).toEqual(['live_blog']);
});

test('five lines that begin with a time are a live blog', () => {
  const entries = ['14:05', '14:20', '15.01 Uhr', '16:10', '17:00'].map((time) => `${time} ${paragraph}`);
  expect(flagsOf(entries.join('\n'))).toEqual(['live_blog']);
  expect(flagsOf(entries.slice(1).join('\n'))).toEqual([]);
});

test('where people live is no live blog', () => {
  expect(flagsOf(whole, { title: 'Where the rich live: a tour' })).toEqual([]);
});

test('a headline repeated as a text is too short; of Chinese, fewer characters are enough', () => {
  expect(flagsOf('Crane falls on cargo ship')).toEqual(['too_short']);
  expect(flagsOf('')).toEqual(['too_short']);
  expect(
    flagsOf(
      '港口起重机周二上午倒在一艘货轮上。港口方面表示，无人受伤，该船可以继续航行。起重机的倒塌原因正在调查之中，预计将于下周公布结果，港口仍在照常运营，没有航班取消。',
    ),
  ).toEqual([]);
});

test.each([
  ['one word', 'a'.repeat(1_000_000)],
  ['empty lines', '\n'.repeat(1_000_000)],
  ['words of walls', 'subscribe '.repeat(100_000)],
  ['cookies', 'we '.repeat(300_000)],
])('%s without end is judged all the same', (_, text) => {
  expect(Array.isArray(flagsOf(text, { title: text }))).toBe(true);
});
