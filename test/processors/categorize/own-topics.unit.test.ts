import { expect, test } from 'vitest';
import { openOwnTopic } from '../../../processors/categorize/own-topic.ts';
import { OwnTopics } from '../../../processors/categorize/own-topics.ts';
import type { TopicDefinition } from '../../../schemas/types.ts';

/** Each text is its own direction: [east, north] in the text. */
const embedder = {
  embedded: 0,
  embed: async (texts: readonly string[]) => {
    embedder.embedded += texts.length;
    return texts.map((text) => {
      const [, x = 0, y = 0] = /(-?[\d.]+),(-?[\d.]+)/u.exec(text) ?? [];
      const length = Math.hypot(Number(x), Number(y)) || 1;
      return Float32Array.from([Number(x) / length, Number(y) / length, 0]);
    });
  },
};
const mean = [0, 0, 0];

const definition = (
  organization_id: string,
  topic_id: string,
  examples: readonly string[],
  description: string | null = null,
): TopicDefinition => ({ organization_id, topic_id, name: topic_id, description, examples, updated_at: 0 });

function tableOf(...definitions: readonly TopicDefinition[]) {
  const values = new Map(definitions.map((one) => [`${one.organization_id}/${one.topic_id}`, one]));
  return { changes: 1, changedAtMs: 7, values, entries: () => values.entries() };
}
const judged = async (topics: OwnTopics, vector: readonly number[], visibility: string) =>
  (await topics.judge(vector, visibility)).matches;
const idsOf = (matches: readonly { topic_id: string }[]) => matches.map(({ topic_id }) => topic_id);

test('an article belongs to a topic whose examples it is like, and the nearest one is named', async () => {
  const table = tableOf(
    definition('acme', 'east', ['one 1,0.1', 'two 1,-0.2']),
    definition('acme', 'north', ['three 0,1']),
  );
  const topics = new OwnTopics(table, embedder, mean);
  const [match, ...others] = await judged(topics, [0.98, -0.19, 0], 'public');
  expect(others).toEqual([]);
  expect(match).toMatchObject({ organization_id: 'acme', topic_id: 'east', nearest: 'two 1,-0.2' });
  expect(match?.score).toBeGreaterThan(0.5);
  expect(await judged(topics, [-1, 0, 0], 'public')).toEqual([]);
});

test('examples are held in four bytes a number', async () => {
  const topic = await openOwnTopic(definition('acme', 'east', ['1,0.1', '1,-0.2']), embedder, mean);
  expect(topic?.sayings.map(({ vector }) => vector)).toEqual([expect.any(Float32Array), expect.any(Float32Array)]);
});

test('a description is enough, and a topic that says nothing matches nothing', async () => {
  const table = tableOf(definition('acme', 'described', [], 'all that is 1,0'), definition('acme', 'empty', ['', ' ']));
  const topics = new OwnTopics(table, embedder, mean);
  expect(idsOf(await judged(topics, [1, 0, 0], 'public'))).toEqual(['described']);
});

test('examples that differ tell a broader topic than examples that are alike', async () => {
  const table = tableOf(
    definition('acme', 'narrow', ['1,0', '1,0.05', '1,-0.05']),
    definition('acme', 'broad', ['1,0.9', '1,-0.9', '1,0']),
  );
  const topics = new OwnTopics(table, embedder, mean);
  expect(idsOf(await judged(topics, [0.6, 0.8, 0], 'public'))).toEqual(['broad']);
});

test('an article that is private to one organisation is judged for that one only', async () => {
  const table = tableOf(definition('acme', 'one', ['1,0']), definition('other', 'two', ['1,0']));
  const topics = new OwnTopics(table, embedder, mean);
  expect(idsOf(await judged(topics, [1, 0, 0], 'public'))).toEqual(['one', 'two']);
  expect(idsOf(await judged(topics, [1, 0, 0], 'other'))).toEqual(['two']);
});

test('where nobody has topics an article is judged all the same, and belongs to none', async () => {
  expect(await judged(new OwnTopics(tableOf(), embedder, mean), [1, 0, 0], 'public')).toEqual([]);
});

test('only what changed is embedded anew, and what was deleted ends', async () => {
  const table = tableOf(
    definition('acme', 'one', ['1,0']),
    definition('acme', 'two', ['0,1']),
    definition('acme', 'three', ['0,1']),
  );
  const topics = new OwnTopics(table, embedder, mean);
  await Promise.all([judged(topics, [1, 0, 0], 'public'), judged(topics, [1, 0, 0], 'public')]);
  const before = embedder.embedded;
  table.values.set('acme/two', definition('acme', 'two', ['1,0']));
  table.values.delete('acme/one');
  table.changes += 1;
  expect(idsOf(await judged(topics, [1, 0, 0], 'public'))).toEqual(['two']);
  expect(embedder.embedded).toBe(before + 1);
});

test('a definition that could not be embedded is tried again with the next message', async () => {
  let isAway = true;
  const moody = {
    async embed(texts: readonly string[]) {
      if (isAway) throw new Error('away');
      return embedder.embed(texts);
    },
  };
  const topics = new OwnTopics(tableOf(definition('acme', 'one', ['1,0'])), moody, mean);
  await expect(judged(topics, [1, 0, 0], 'public')).rejects.toThrow('away');
  isAway = false;
  expect(idsOf(await judged(topics, [1, 0, 0], 'public'))).toEqual(['one']);
});
