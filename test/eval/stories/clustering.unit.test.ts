import { expect, test } from 'vitest';
import { bCubed, pairwise, sharesOf } from './clustering.ts';
import { evaluate } from './evaluate.ts';

test.each([
  ['all right', 'aabb', 'xxyy', { precision: 1, recall: 1 }, { precision: 1, recall: 1 }],
  ['one cluster', 'aabb', 'xxxx', { precision: 0.5, recall: 1 }, { precision: 1 / 3, recall: 1 }],
  // Worked by hand: the three of x have 2/3, 2/3, 1/3; the one of y has 1, and half of its story.
  ['one astray', 'aabb', 'xxxy', { precision: 2 / 3, recall: 0.75 }, { precision: 1 / 3, recall: 0.5 }],
])('B-cubed and pairs: %s', (_, gold, found, cubed, pairs) => {
  const shares = sharesOf(gold.split(''), found.split(''));
  for (const [scores, expected] of [
    [bCubed(shares), cubed],
    [pairwise(shares), pairs],
  ] as const) {
    expect(scores.precision).toBeCloseTo(expected.precision, 10);
    expect(scores.recall).toBeCloseTo(expected.recall, 10);
    expect(scores.f1).toBeCloseTo((2 * expected.precision * expected.recall) / (expected.precision + expected.recall));
  }
});

/** Texts mean what the angle of their first word says. */
const embedderOf = (angles: Readonly<Record<string, number>>) => ({
  model: 'angles@1',
  embed: (texts: readonly string[]) =>
    Promise.resolve(
      texts.map((text) => {
        const angle = angles[text.split(' ')[0] ?? ''] ?? 0;
        return new Float32Array([Math.cos(angle), Math.sin(angle)]);
      }),
    ),
});

const storiesFound = ({ figures }: Awaited<ReturnType<typeof evaluate>>) =>
  figures.find(({ name }) => name === 'stories found')?.value;

test('records are taken in the order of time, and what is mixed and split is shown', async () => {
  const embedder = embedderOf({ ship: 0, port: 0.2, film: 1.5, star: 1.6, tax: 3 });
  const outcome = await evaluate(
    [
      { id: '3', text: 'film wins prize', story: 'b', time: 3 },
      { id: '1', text: 'ship sinks', story: 'a', time: 1 },
      { id: '4', text: 'star wins prize', story: 'b', time: 4 },
      { id: '2', text: 'port sees ship sink', story: 'a', time: 2 },
      { id: '5', text: 'tax rises', story: 'b', time: 5 },
    ],
    embedder,
  );
  const figures = Object.fromEntries(outcome.figures.map(({ name, value }) => [name, value]));
  expect(figures).toMatchObject({ 'stories labelled': 2, 'stories found': 3, 'B³ precision': 1 });
  expect(outcome.tables[0]?.rows[0]).toEqual(expect.arrayContaining(['b', 3, 2]));
});

test.each([
  [
    'in English meaning is enough',
    'Parliament passed the budget with a delay',
    'Two thousand runners came to the marathon',
    1,
  ],
  [
    'in German words must agree',
    'Der Haushalt ist mit Verspätung beschlossen',
    'Zweitausend Läufer kamen zum Marathon',
    2,
  ],
])('the language is told by the text, where nobody declares it: %s', async (_, one, other, stories) => {
  const texts = [one, other].map((text, time) => ({ id: `${time}`, text, story: 'a', time }));
  expect(storiesFound(await evaluate(texts, embedderOf({})))).toBe(stories);
});

test.each([
  ['of other people', 'It snowed on Barack Obama and Donald Trump.', 2],
  ['of the same', 'It snowed on Angela Merkel and Emmanuel Macron.', 1],
])('names that the text has count: %s', async (_, text, stories) => {
  const records = [
    {
      id: '1',
      title: 'Budget passed',
      text: 'The talks of Angela Merkel and Emmanuel Macron are over.',
      story: 'a',
      time: 1,
    },
    { id: '2', title: 'Vote ends', text, story: 'a', time: 2 },
  ];
  expect(storiesFound(await evaluate(records, embedderOf({ Budget: 0, Vote: 1.08 })))).toBe(stories);
});
