import type { ArticleEmbedded, ArticleStory, StoryOverride } from '../../schemas/types.ts';
import { registrableDomain } from '../../domain/registrable-domain.ts';
import type { StoryIndex } from './story-index.ts';
import {
  addArticle,
  bringTogether,
  byPerson,
  method,
  newStory,
  removeArticle,
  renewArticle,
  type Story,
  type StoryArticle,
} from './story-state.ts';
import { termsOf } from './terms.ts';

/** What the stage does with a message: what is to be written, or why nothing is. */
export type Decision =
  | {
      readonly kind: 'decided';
      /** Of articles; null where the article is gone. */
      readonly articles: readonly (readonly [id: string, assignment: ArticleStory | null])[];
      /** Stories as they stand now, or ids of those that are gone. */
      readonly stories: readonly (Story | string)[];
      /** It was decided before, and is only said again. */
      readonly isRepeat?: boolean;
      readonly merges?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'drop'; readonly reason: string };

export interface Known {
  readonly index: StoryIndex;
  /** To which story an article was given. */
  readonly assignment: (articleId: string) => ArticleStory | null;
  /** By people, also of stories that did not exist yet. */
  readonly merges: ReadonlyMap<string, string>;
  /** Articles of a version below have been forgotten, and are not judged a second time. */
  readonly forgottenBefore: number;
}

/** The live story that an id leads to. */
function liveStory(index: StoryIndex, id: string): Story | undefined {
  const story = index.get(id);
  return story === undefined || story.mergedInto === null ? story : index.get(story.mergedInto);
}

/** An article stays in its story, also in its newer versions: only people move it. */
export function placeArticle(value: ArticleEmbedded, revision: number, known: Known): Decision {
  const { index, merges } = known;
  const assigned = known.assignment(value.article_id);
  if (assigned !== null) {
    const story = liveStory(index, assigned.story_id);
    const stories = story === undefined ? [] : [story, ...story.absorbed.flatMap((id) => index.get(id) ?? [])];
    const version = value.version + revision;
    if (version <= assigned.version) {
      return { kind: 'decided', isRepeat: true, articles: [[assigned.article_id, assigned]], stories };
    }
    if (story !== undefined) {
      renewArticle(story, storyArticle(value, revision));
      index.put(story);
    }
    return { kind: 'decided', articles: [[assigned.article_id, { ...assigned, version }]], stories };
  }
  if (value.version < known.forgottenBefore) return { kind: 'drop', reason: 'judged-long-ago' };
  const article = storyArticle(value, revision);
  const placement = index.place(article);
  const changed = new Set(placement.changed);
  if (placement.reason === 'first') {
    for (const story of mergeAsPeopleDid(placement.story, index, merges)) changed.add(story);
  }
  const assignment = {
    article_id: article.id,
    story_id: placement.story.id,
    version: article.version,
    visibility: article.visibility,
    score: placement.score,
    cosine: placement.cosine,
    reason: placement.reason,
    shared: [...placement.shared],
    method,
  };
  return { kind: 'decided', articles: [[article.id, assignment]], stories: [...changed] };
}

export function removeFromStory(articleId: string, known: Known): Decision {
  const assigned = known.assignment(articleId);
  const story = assigned === null ? undefined : liveStory(known.index, assigned.story_id);
  if (assigned === null || story === undefined) {
    return { kind: 'decided', articles: [[articleId, null]], stories: [] };
  }
  removeArticle(story, articleId, assigned.version);
  return { kind: 'decided', articles: [[articleId, null]], stories: [keptOrGone(story, known.index)] };
}

/** What people have merged and split, also where it comes again. */
export function override(value: StoryOverride, revision: number, known: Known): Decision {
  if (value.kind === 'merge') return mergeByHand(value, revision, known);
  if (value.kind === 'split') return splitByHand(value, revision, known);
  return { kind: 'drop', reason: 'unknown-override' };
}

function mergeByHand(value: StoryOverride, revision: number, known: Known): Decision {
  const { story_id: from, into_story_id: to } = value;
  const { index } = known;
  const merges = { [from]: to };
  // One that is remembered was carried out: the stories may have left the memory since, and must not begin again.
  const isRepeat = known.merges.get(from) === to;
  const named = (id: string) => liveStory(index, id) ?? (isRepeat ? undefined : takenUp(id, value, revision, known));
  const gone = named(from);
  const into = named(to);
  const isPossible = gone !== undefined && into !== undefined && gone !== into && gone.visibility === into.visibility;
  // Remembered also where a story is unknown: after a new judgement of all articles it may come.
  if (!isPossible) return { kind: 'decided', articles: [], stories: into === undefined ? [] : [into], merges };
  return { kind: 'decided', articles: [], stories: mergeAsSaid(gone, into, index), merges };
}

/**
 * A story that has left the memory, as it was when the person decided. It is in the index once a decision has changed it.
 *
 * @returns undefined where the decision does not have its articles, or is so old that what came of it has been forgotten
 */
function takenUp(
  id: string,
  { stories, decided_at: decidedAt }: StoryOverride,
  revision: number,
  { forgottenBefore }: Known,
): Story | undefined {
  const contents = stories.find(({ story_id: of }) => of === id);
  const [first] = contents?.articles ?? [];
  if (contents === undefined || first === undefined || decidedAt * 1_000 < forgottenBefore) return undefined;
  const story = newStory(id, storyArticle(first, revision));
  for (const article of contents.articles) addArticle(story, storyArticle(article, revision));
  story.version = Math.max(story.version, contents.version);
  return story;
}

function mergeAsSaid(gone: Story, into: Story, index: StoryIndex): readonly Story[] {
  gone.byHand = true;
  bringTogether(gone, into);
  return index.merge(gone, into);
}

function mergeAsPeopleDid(story: Story, index: StoryIndex, merges: Known['merges']): readonly Story[] {
  for (const [from, to] of merges) {
    if (from !== story.id && to !== story.id) continue;
    const gone = liveStory(index, from);
    const into = liveStory(index, to);
    if (gone === undefined || into === undefined || gone === into || gone.visibility !== into.visibility) continue;
    return mergeAsSaid(gone, into, index);
  }
  return [];
}

function splitByHand(value: StoryOverride, revision: number, all: Known): Decision {
  const { index, assignment } = all;
  const [first] = value.articles;
  if (first === undefined) return { kind: 'drop', reason: 'empty-split' };
  const moved = value.articles.flatMap(({ article_id: id }): [string, ArticleStory][] => {
    const given = assignment(id);
    return given?.story_id === value.into_story_id ? [[id, given]] : [];
  });
  const known = liveStory(index, value.into_story_id);
  // It was done before. A story that has left the memory since must not begin again: its last record would be an empty one.
  if (moved.length === value.articles.length || (moved.length > 0 && known === undefined)) {
    return { kind: 'decided', isRepeat: true, articles: moved, stories: known === undefined ? [] : [known] };
  }
  if (known === undefined && value.decided_at * 1_000 < all.forgottenBefore) {
    return { kind: 'drop', reason: 'judged-long-ago' };
  }
  const story = known ?? newStory(value.into_story_id, storyArticle(first, revision));
  const before = liveStory(index, value.story_id) ?? takenUp(value.story_id, value, revision, all);
  const left = new Set<Story>();
  const articles = [...moved];
  for (const one of value.articles) {
    const given = assignment(one.article_id);
    const from = given === null ? undefined : (liveStory(index, given.story_id) ?? before);
    if (from === story) continue;
    const article = storyArticle(one, revision);
    if (from !== undefined) {
      removeArticle(from, article.id, article.version);
      left.add(from);
    }
    addArticle(story, article);
    const version = Math.max(article.version, (given?.version ?? 0) + 1);
    const { id: articleId, visibility } = article;
    const assigned = { article_id: articleId, story_id: story.id, version, visibility, score: 1, cosine: 1 };
    articles.push([articleId, { ...assigned, reason: 'by_hand', shared: [], method: byPerson }]);
  }
  story.byHand = true;
  for (const from of left) {
    from.byHand = true;
    from.apart = [...new Set([...from.apart, story.id])];
    story.apart = [...new Set([...story.apart, from.id])];
  }
  index.put(story);
  return { kind: 'decided', articles, stories: [story, ...[...left].map((from) => keptOrGone(from, index))] };
}

/** A story without articles is none. */
function keptOrGone(story: Story, index: StoryIndex): Story | string {
  if (story.articleCount > 0) {
    index.put(story);
    return story;
  }
  index.drop(story.id);
  return story.id;
}

function storyArticle(value: ArticleEmbedded, revision: number): StoryArticle {
  return {
    id: value.article_id,
    visibility: value.visibility,
    title: value.title,
    source: URL.canParse(value.url) ? registrableDomain(value.url) : '',
    language: value.language,
    publishedAt: value.published_at,
    model: value.model,
    vector: Float32Array.from(value.vector),
    terms: termsOf(value.title, value.entities, value.language),
    version: value.version + revision,
  };
}
