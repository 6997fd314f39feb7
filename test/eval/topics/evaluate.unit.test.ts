import { expect, test } from 'vitest';
import { embedFacets } from '../../../processors/categorize/facets.ts';
import { OwnTopics } from '../../../processors/categorize/own-topics.ts';
import { evaluate } from './evaluate.ts';
import { drawn, wholeNumber } from './input.ts';

/** Counts a few words: enough to tell what is to be told here. */
const words = ['goal', 'match', 'bank', 'shares'];
const embedder = {
  model: 'words-1',
  embed: async (texts: readonly string[]) =>
    texts.map((text) => Float32Array.from([...words.map((word) => text.split(word).length - 1), 0.1])),
};
const parts = {
  embedder,
  definitions: new Map<string, readonly string[]>(),
  examplesPerTopic: 1,
  progress: () => undefined,
};
const texts = [
  ...['goal goal', 'match', 'goal match', 'late goal'].map((text) => ({ text, topic: 'Alpha' })),
  ...['bank bank', 'shares', 'bank shares', 'a bank'].map((text) => ({ text, topic: 'Beta' })),
];
const definitions = new Map([
  ['Alpha', ['goal match']],
  ['Beta', ['bank shares']],
]);

test('judges every text without examples, and those that are none with them', async () => {
  const outcome = await evaluate(texts, { ...parts, definitions });
  expect(outcome.records).toBe(8);
  expect(outcome.figures.map(({ name, value }) => [name, value]).slice(0, 2)).toEqual([
    ['accuracy without examples', 1],
    ['accuracy with 1 examples a topic', expect.any(Number)],
  ]);
  expect(outcome.notes?.at(-1)).toMatch(/6 are/u);
});

test('a wrong label is an error that the table shows', async () => {
  const outcome = await evaluate([...texts, { text: 'bank bank shares', topic: 'Alpha' }], { ...parts, definitions });
  expect(outcome.figures[0]?.value).toBeCloseTo(8 / 9);
  const errors = outcome.tables.find(({ title }) => title === 'the surest of 1 errors, without examples');
  expect(errors?.rows[0]).toEqual(['Alpha', 'Beta', expect.any(String), 'bank bank shares']);
});

test('takes the examples of the records, and then judges all', async () => {
  const given = texts.map((one) => ({ ...one, examples: [one.text] }));
  const outcome = await evaluate(given, { ...parts, definitions });
  expect(outcome.notes?.at(-1)).toBe('examples are those of the records');
});

test('topics with examples are judged as the stage judges those of organisations', async () => {
  const some = texts.map((one) => ({ ...one, examples: [one.text] }));
  const { figures } = await evaluate(some, { ...parts, examplesPerTopic: 4 });
  const valueOf = (name: string) => figures.find((figure) => figure.name === name)?.value;

  const { mean } = await embedFacets(embedder);
  const own = ['Alpha', 'Beta'].map((name) => ({
    organization_id: 'acme',
    topic_id: name,
    name,
    description: null,
    examples: texts.filter(({ topic }) => topic === name).map(({ text }) => text),
    updated_at: 0,
  }));
  const table = {
    changes: 1,
    changedAtMs: 0,
    entries: () => new Map(own.map((one) => [one.name, one])).entries(),
  };
  const stage = new OwnTopics(table, embedder, mean);
  const given: { readonly isRight: boolean }[] = [];
  for (const { text, topic } of texts) {
    const [vector = new Float32Array()] = await embedder.embed([text]);
    const { matches } = await stage.judge(vector, 'public');
    given.push(...matches.map(({ topic_id: id }) => ({ isRight: id === topic })));
  }
  const right = given.filter(({ isRight }) => isRight).length;
  expect(right).toBeGreaterThan(0);
  expect(valueOf('precision of topics with 4 examples')).toBe(right / given.length);
  expect(valueOf('recall of topics with 4 examples')).toBe(right / texts.length);
});

test('says what cannot be measured', async () => {
  await expect(evaluate(texts.slice(0, 4), parts)).rejects.toThrow(/nothing to tell apart/u);
  await expect(evaluate(texts, { ...parts, definitions, examplesPerTopic: 4 })).rejects.toThrow(/--examples 4/u);
  await expect(evaluate(texts, { ...parts, definitions, examplesPerTopic: 51 })).rejects.toThrow(
    /50 examples at most/u,
  );
  expect(() => wholeNumber('examples', 'ten')).toThrow(/--examples ten/u);
});

test('draws the same in every run', () => {
  const all = Array.from({ length: 20 }, (_, at) => at);
  expect(drawn(all, 5)).toEqual(drawn(all, 5));
  expect(drawn(all, 5)).not.toEqual([0, 1, 2, 3, 4]);
});
