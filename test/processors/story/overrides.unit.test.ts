import { expect, test } from 'vitest';
import { override, type Known } from '../../../processors/story/decisions.ts';
import { StoryIndex } from '../../../processors/story/story-index.ts';
import { addArticle, newStory, type Story } from '../../../processors/story/story-state.ts';
import type { ArticleEmbedded, ArticleStory, StoryOverride } from '../../../schemas/types.ts';
import { generator } from '../../eval/frame/bootstrap.ts';
import { storyArticle } from './articles.ts';

const title = 'Tanker runs aground off Brest';

const embedded = (id: string): ArticleEmbedded => ({
  article_id: id,
  version: 1_000,
  visibility: 'public',
  feed_ids: [],
  title,
  url: 'https://a.example/',
  language: 'en',
  published_at: 0,
  model: 'angles@1',
  vector: [1, 0],
  entities: [],
  enrichment: null,
});

const decision = (kind: 'merge' | 'split', from: string, into: string, articles: readonly string[]): StoryOverride => ({
  override_id: `${kind} ${from} ${into}`,
  kind,
  story_id: from,
  into_story_id: into,
  decided_at: 0,
  articles: articles.map(embedded),
  stories: [],
});

/** Stories of the articles that are named, all about the same thing. */
function knowing(stories: Readonly<Record<string, readonly string[]>>, forgottenBefore = 0) {
  const index = new StoryIndex();
  const assignments = new Map<string, ArticleStory>();
  for (const [id, articles] of Object.entries(stories)) {
    const story = newStory(id, storyArticle('', title, 0));
    for (const article of articles) {
      addArticle(story, storyArticle(article, title, 0));
      const facts = { version: 1_000, visibility: 'public', score: 1, cosine: 1, shared: [], method: 'test' };
      assignments.set(article, { article_id: article, story_id: id, reason: 'first', ...facts });
    }
    index.put(story);
  }
  const merges = new Map<string, string>();
  const known: Known = {
    index,
    assignment: (id) => assignments.get(id) ?? null,
    merges,
    forgottenBefore,
  };
  const decide = (value: StoryOverride) => {
    const decided = override(value, 1, known);
    if (decided.kind === 'drop') throw new Error(decided.reason);
    for (const [id, given] of decided.articles) if (given !== null) assignments.set(id, given);
    for (const [from, into] of Object.entries(decided.merges ?? {})) merges.set(from, into);
    return decided;
  };
  const get = (id: string): Story => {
    const story = index.get(id);
    if (story === undefined) throw new Error(`no story ${id}`);
    return story.mergedInto === null ? story : get(story.mergedInto);
  };
  return { index, decide, get };
}

test('what a person has split the machine never brings together, whatever either is merged with', () => {
  const random = generator(7);
  for (let round = 0; round < 50; round += 1) {
    const { index, decide, get } = knowing({ old: ['a', 'b', 'c'] });
    decide(decision('split', 'old', 'new', ['c']));
    const names = Array.from({ length: 6 }, (_, at) => `other ${at}`);
    for (const name of names.toSorted(() => random() - 0.5)) {
      const other = newStory(name, storyArticle('', title, 0));
      for (let article = random() * 4; article > 0; article -= 1) addArticle(other, storyArticle(name, title, 0));
      index.put(other);
      // The article is near to all, and whatever may be merged is.
      index.place(storyArticle(`near ${name}`, title, 0));
    }
    expect(get('new').id).not.toBe(get('old').id);
    expect(new Set(names.map((name) => get(name).id)).size).toBeLessThanOrEqual(2);

    const [from, into] = [get('new'), get('old')];
    decide(decision('merge', from.id, into.id, []));
    expect(get('new')).toBe(get('old'));
    expect(into.apart).toEqual([]);
  }
});

test('each of the two is merged with another, and these are apart', () => {
  const { index, decide, get } = knowing({ old: ['a', 'b'], other: ['d', 'e', 'f'], third: ['g', 'h', 'i'] });
  decide(decision('split', 'old', 'new', ['b']));
  index.merge(get('old'), get('other'));
  index.merge(get('new'), get('third'));
  index.place(storyArticle('j', title, 0));
  expect([get('old').id, get('new').id]).toEqual(['other', 'third']);
});

test('a split that comes again changes nothing', () => {
  const { decide, get } = knowing({ old: ['a', 'b', 'c'] });
  const split = decision('split', 'old', 'new', ['c']);
  decide(split);
  const { version } = get('new');
  const again = decide(split);
  expect(again).toMatchObject({ isRepeat: true, articles: [['c', { story_id: 'new' }]] });
  expect([get('new').version, get('new').articleCount, get('old').articleCount]).toEqual([version, 1, 2]);
});

test.each([
  ['the new one', ['new']],
  ['both', ['old', 'new']],
])('a split that comes again does not begin a story anew: %s left the memory', (_, gone) => {
  const { index, decide } = knowing({ old: ['a', 'b', 'c', 'd'] });
  const split = decision('split', 'old', 'new', ['c', 'd']);
  decide(split);
  for (const id of gone) index.drop(id);
  expect(decide(split)).toMatchObject({ isRepeat: true, stories: [] });
  expect(index.get('new')).toBeUndefined();
});

test('a split of which nothing is remembered does not begin a story anew', () => {
  const { index, decide } = knowing({}, 1);
  expect(() => decide(decision('split', 'old', 'new', ['c', 'd']))).toThrow('judged-long-ago');
  expect(index.get('new')).toBeUndefined();
});

/** As the view has it. */
const contents = (id: string, articles: readonly string[]): StoryOverride['stories'][number] => ({
  story_id: id,
  version: 7_000,
  articles: articles.map(embedded),
});

test.each([
  ['the one that goes', ['old']],
  ['the one that stays', ['big']],
  ['both', ['old', 'big']],
])('stories are merged also where the memory has let go of %s', (_, gone) => {
  const { index, decide, get } = knowing({ old: ['a'], big: ['b', 'c'] });
  for (const id of gone) index.drop(id);
  const merge = {
    ...decision('merge', 'old', 'big', []),
    stories: [contents('old', ['a']), contents('big', ['b', 'c'])],
  };
  const decided = decide(merge);
  expect(decided.stories).toMatchObject([
    { id: 'big', articleCount: 3, absorbed: ['old'], byHand: true },
    { id: 'old', mergedInto: 'big' },
  ]);
  for (const id of gone) expect(index.get(id)?.version).toBeGreaterThan(7_000);
  expect(get('old').id).toBe('big');
});

test('a merge that comes again does not begin stories anew that left the memory since', () => {
  const { index, decide } = knowing({ old: ['a'], big: ['b', 'c'] });
  const merge = {
    ...decision('merge', 'old', 'big', []),
    stories: [contents('old', ['a']), contents('big', ['b', 'c'])],
  };
  decide(merge);
  for (const id of ['old', 'big']) index.drop(id);
  expect(decide(merge)).toMatchObject({ articles: [], stories: [] });
  expect(index.get('big')).toBeUndefined();
});

test('a story that the memory has let go of keeps what is not split off', () => {
  const { index, decide, get } = knowing({ old: ['a', 'b', 'c'] });
  index.drop('old');
  decide({ ...decision('split', 'old', 'new', ['c']), stories: [contents('old', ['a', 'b', 'c'])] });
  expect(get('new')).toMatchObject({ articleCount: 1, apart: ['old'] });
  expect(get('old')).toMatchObject({ articleCount: 2, apart: ['new'], byHand: true });
  expect(get('old').version).toBeGreaterThan(7_000);
});
