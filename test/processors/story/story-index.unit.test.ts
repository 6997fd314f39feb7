import { describe, expect, test } from 'vitest';
import { StoryIndex } from '../../../processors/story/story-index.ts';
import { addArticle, newStory, storyOf, updateOf } from '../../../processors/story/story-state.ts';
import { termsOf } from '../../../processors/story/terms.ts';
import { storyArticle } from './articles.ts';

test('an article joins the story that it is near to, and it is said what they share and how near they are', () => {
  const index = new StoryIndex();
  const first = index.place(storyArticle('1', 'Tanker runs aground off Brest', 0));
  const second = index.place(storyArticle('2', 'Oil tanker aground near Brest', 0.3, { source: 'b.example', day: 1 }));
  const other = index.place(storyArticle('3', 'Film festival opens', 1.6));

  expect(first).toMatchObject({ reason: 'first', score: 1, shared: [] });
  expect(second).toMatchObject({ reason: 'near', shared: ['tanker', 'aground', 'brest'] });
  expect(second.cosine).toBeCloseTo(Math.cos(0.3));
  expect(second.story.id).toBe(first.story.id);
  expect(other.story.id).not.toBe(first.story.id);
  expect(updateOf(second.story)).toMatchObject({
    article_count: 2,
    sources: ['a.example', 'b.example'],
    first_at: 0,
    last_at: 86_400_000,
    merged_into: null,
  });
});

test.each([
  ['of another organisation', { visibility: 'org-1' }],
  ['of another model', { model: 'angles@2' }],
  ['weeks later', { day: 20 }],
])('an article %s begins a story of its own, however near it is', (_, changes) => {
  const index = new StoryIndex();
  index.place(storyArticle('1', 'Tanker runs aground', 0));
  expect(index.place(storyArticle('2', 'Tanker runs aground', 0, changes)).reason).toBe('first');
});

test.each([
  ['Lima counts its dead after earthquake', 'near'],
  ['Parliament adjourns', 'first'],
])('words in common decide where meanings are half as near: %s', (title, reason) => {
  const index = new StoryIndex();
  index.place(storyArticle('1', 'Earthquake shakes Lima', 0));
  expect(index.place(storyArticle('2', title, 1.1)).reason).toBe(reason);
});

const inGerman = (id: string, title: string, angle: number, language: string | null = 'de') =>
  storyArticle(id, title, angle, { language, terms: termsOf(title, [], language) });

describe('of languages that the model has not learned all texts are near each other, so words must agree', () => {
  test.each([
    { title: 'Öltanker liegt vor Brest', language: 'de', reason: 'near' },
    { title: 'Der Haushalt ist mit Verspätung beschlossen', language: 'de', reason: 'first' },
    { title: 'Elektrikli araç sayısı 11 bini aştı', language: 'tr', reason: 'first' },
    { title: 'Budget passed with delay', language: 'en', reason: 'first' },
  ])('$title ($language): $reason', ({ title, language, reason }) => {
    const index = new StoryIndex();
    index.place(inGerman('1', 'Tanker ist vor Brest auf Grund gelaufen', 0));
    expect(index.place(inGerman('2', title, 0.3, language)).reason).toBe(reason);
  });

  test.each([['en'], [null]])('in %s meaning alone is enough', (language) => {
    const index = new StoryIndex();
    index.place(inGerman('1', 'Tanker runs aground off Brest', 0, language));
    expect(index.place(inGerman('2', 'Ship stranded', 0.3, language)).reason).toBe('near');
  });

  test('stories without a word in common are not merged', () => {
    const index = new StoryIndex();
    index.place(inGerman('1', 'Haushalt beschlossen', 0));
    const other = index.place(inGerman('2', 'Marathon in Hamburg', 0.1)).story;
    index.place(inGerman('3', 'Hamburg läuft Marathon', 0.05));
    expect([other.articleCount, other.mergedInto]).toEqual([2, null]);
  });
});

test('the title is the headline nearest to all', () => {
  const index = new StoryIndex();
  index.place(storyArticle('1', 'Markets open', 0));
  index.place(storyArticle('2', 'Markets fall', 0.2));
  const { story } = index.place(storyArticle('3', 'Markets crash', 0.4));
  expect(story.title).toBe('Markets fall');
});

test('stories that came near by an article are merged', () => {
  const index = new StoryIndex();
  const left = index.place(storyArticle('1', 'Senate votes', 0)).story;
  const right = index.place(storyArticle('2', 'Senate votes on budget', 1.35)).story;
  expect(right.id).not.toBe(left.id);
  const placed = index.place(storyArticle('4', 'Senate votes on budget today', 0.7));

  const [stays, gone] = left.mergedInto === null ? [left, right] : [right, left];
  expect(stays).toMatchObject({ mergedInto: null, articleCount: 3, absorbed: [gone.id] });
  expect(gone.mergedInto).toBe(stays.id);
  expect(placed.changed.map(({ id }) => id)).toEqual(expect.arrayContaining([left.id, right.id]));
  expect(index.place(storyArticle('5', 'Senate votes', 0)).story).toBe(stays);
});

test('those merged before lead to the end', () => {
  const index = new StoryIndex();
  const [a, b, c] = [0, 2, 4].map((angle) => index.place(storyArticle(`${angle}`, `Story ${angle}`, angle)).story);
  if (a === undefined || b === undefined || c === undefined) throw new Error('three stories');
  index.merge(a, b);
  expect(index.merge(b, c)).toEqual([c, b, a]);
  expect([a.mergedInto, b.mergedInto, c.absorbed]).toEqual([c.id, c.id, [b.id, a.id]]);
});

test('stories that a person set apart are not merged', () => {
  const index = new StoryIndex();
  const left = index.place(storyArticle('1', 'Senate votes', 0)).story;
  const right = index.place(storyArticle('2', 'Senate votes on budget', 1.35)).story;
  left.apart.push(right.id);
  index.place(storyArticle('4', 'Senate votes on budget today', 0.7));
  expect([left.mergedInto, right.mergedInto]).toEqual([null, null]);
});

test('a story is the same after it was written and read', () => {
  const index = new StoryIndex();
  const { story } = index.place(storyArticle('1', 'Markets open', 0.1));
  index.place(storyArticle('2', 'Markets fall', 0.2, { language: 'de' }));
  expect(updateOf(storyOf(updateOf(story)))).toEqual(updateOf(story));
});

test('vectors of a new model replace those of the old one, and are never added to them', () => {
  const story = newStory('s', storyArticle('1', 'Markets open', 0));
  addArticle(story, storyArticle('1', 'Markets open', 0));
  addArticle(story, storyArticle('2', 'Markets open', 1, { model: 'angles@2' }));
  expect(story.mean[0]).toBeCloseTo(Math.cos(1));
  expect(story).toMatchObject({ model: 'angles@2', articleCount: 2 });
});
