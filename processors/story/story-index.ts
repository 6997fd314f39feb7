import { v5 } from 'uuid';
import { absorb, addArticle, areApart, moveTo, newStory, type Story, type StoryArticle } from './story-state.ts';
import { commonTerms, lacksWords, likeness, rarityAmong } from './likeness.ts';

/** Namespace of story ids: a story is named by its first article, so that a replay names it alike. */
const namespace = '6f2ab1a4-52d5-5d0c-9a5e-6d1f0f6f7a61';

/** Of the most recently active stories every one is compared; of older ones those that share a rare term. */
const maxRecent = 2_048;
const maxPostings = 500;
const maxByTerms = 500;

const dayMs = 86_400_000;

export interface Nearest {
  readonly story: Story;
  readonly score: number;
  readonly cosine: number;
}

/** What became of an article. */
export interface Placement extends Nearest {
  readonly reason: 'first' | 'near';
  /** Terms shared with the story as it was before, the rarest first. */
  readonly shared: readonly string[];
  /** Every story that is another now; the article's own first. */
  readonly changed: readonly Story[];
}

export interface IndexOptions {
  /** An article this far from a story's span is never of it. */
  readonly windowDays?: number;
}

/**
 * Clusters articles one by one: each joins the story that it is nearest to, or begins one; stories that have come near
 * to each other are merged. Holds the stories that can still grow. The cost of an article is bounded.
 */
export class StoryIndex {
  readonly #stories = new Map<string, Story>();
  /** Ids by term: which stories share it, and how rare it is. */
  readonly #postings = new Map<string, Set<string>>();
  /** What each story is listed under in the postings. */
  readonly #listed = new Map<string, readonly string[]>();
  readonly #recent = new Set<string>();
  readonly #windowDays: number;

  constructor({ windowDays = 7 }: IndexOptions = {}) {
    this.#windowDays = windowDays;
  }

  get(id: string): Story | undefined {
    return this.#stories.get(id);
  }

  get size(): number {
    return this.#stories.size;
  }

  /** Takes a story in, or takes notice that it has changed. */
  put(story: Story): void {
    this.#stories.set(story.id, story);
    this.#recent.delete(story.id);
    const terms = story.mergedInto === null ? [...story.terms.keys()] : [];
    const before = this.#listed.get(story.id) ?? [];
    for (const term of before) if (!story.terms.has(term) || terms.length === 0) this.#unlist(term, story.id);
    for (const term of terms) {
      const postings = this.#postings.get(term);
      if (postings === undefined) this.#postings.set(term, new Set([story.id]));
      else postings.add(story.id);
    }
    this.#listed.set(story.id, terms);
    if (story.mergedInto !== null) return;
    this.#recent.add(story.id);
    if (this.#recent.size <= maxRecent) return;
    for (const oldest of this.#recent) {
      this.#recent.delete(oldest);
      break;
    }
  }

  drop(id: string): void {
    for (const term of this.#listed.get(id) ?? []) this.#unlist(term, id);
    this.#listed.delete(id);
    this.#recent.delete(id);
    this.#stories.delete(id);
  }

  /** Gives the article to a story, and merges what has come near by it. */
  place(article: StoryArticle): Placement {
    const rarity = rarityAmong(this.#listed.size, (term) => this.#postings.get(term)?.size ?? 0);
    const nearest = this.#nearest(article, rarity);
    if (nearest === undefined) {
      const story = newStory(v5(article.id, namespace), article);
      addArticle(story, article);
      this.put(story);
      return { story, score: 1, cosine: 1, reason: 'first', shared: [], changed: [story] };
    }
    const shared = commonTerms(article.terms, nearest.story, rarity);
    addArticle(nearest.story, article);
    this.put(nearest.story);
    const changed = this.#mergeNear(nearest.story);
    return { ...nearest, reason: 'near', shared, changed: [nearest.story, ...changed] };
  }

  /**
   * Gives all articles of one story to another, because somebody said so or they are near.
   *
   * @returns the stories that have changed
   */
  merge(gone: Story, into: Story): readonly Story[] {
    // Those that it had taken in lead to the end too: nobody has to follow a chain.
    const led = gone.absorbed.flatMap((id) => this.#stories.get(id) ?? []);
    absorb(into, gone);
    for (const story of led) moveTo(story, into.id);
    const changed = [into, gone, ...led];
    for (const story of changed) this.put(story);
    return changed;
  }

  #nearest(article: StoryArticle, rarity: (term: string) => number): Nearest | undefined {
    const threshold = joinAt(this.#recent.size);
    let best: Nearest | undefined;
    for (const story of this.#candidates(article.terms.map(({ term }) => term))) {
      if (story.visibility !== article.visibility || story.model !== article.model) continue;
      const decay = this.#decay(story, article.publishedAt, article.publishedAt);
      if (decay === undefined) continue;
      const cosine = dot(story.mean, article.vector);
      const least = Math.max(threshold, best?.score ?? 0);
      if (cosine + likeness.greatest - decay <= least) continue;
      const words = likeness.ofArticle(article.terms, story, rarity);
      if (lacksWords(words, [article.language], story.languages)) continue;
      const score = cosine + words - decay;
      if (score > least) best = { story, score, cosine };
    }
    return best;
  }

  /** Two stories about one thing begin apart when their first articles say it differently. */
  #mergeNear(start: Story): readonly Story[] {
    const changed: Story[] = [];
    let story = start;
    for (;;) {
      const other = this.#nearestStory(story);
      if (other === undefined) return changed;
      const isSmaller =
        other.articleCount < story.articleCount || (other.articleCount === story.articleCount && other.id > story.id);
      const [gone, into] = isSmaller ? [other, story] : [story, other];
      changed.push(...this.merge(gone, into));
      story = into;
    }
  }

  #nearestStory(story: Story): Story | undefined {
    const rarity = rarityAmong(this.#listed.size, (term) => this.#postings.get(term)?.size ?? 0);
    const threshold = joinAt(this.#recent.size) + mergeAbove;
    let best: { readonly story: Story; readonly score: number } | undefined;
    for (const other of this.#candidates([...story.terms.keys()])) {
      if (other === story || other.visibility !== story.visibility || other.model !== story.model) continue;
      if (areApart(story, other)) continue;
      const decay = this.#decay(other, story.firstAt, story.lastAt);
      if (decay === undefined) continue;
      const cosine = dot(other.mean, story.mean);
      const least = Math.max(threshold, best?.score ?? 0);
      if (cosine + likeness.greatest - decay <= least) continue;
      const words = likeness.ofStories(story, other, rarity);
      if (lacksWords(words, story.languages, other.languages)) continue;
      const score = cosine + words - decay;
      if (score > least) best = { story: other, score };
    }
    return best?.story;
  }

  *#candidates(terms: readonly string[]): Generator<Story> {
    const seen = new Set<string>();
    for (const id of this.#recent) {
      const story = this.#stories.get(id);
      if (story !== undefined) yield story;
    }
    if (this.#listed.size <= this.#recent.size) return;
    const postings = terms
      .flatMap((term) => this.#postings.get(term) ?? [])
      .filter(({ size }) => size <= maxPostings)
      .toSorted((a, b) => a.size - b.size);
    for (const ids of postings) {
      for (const id of ids) {
        if (this.#recent.has(id) || seen.has(id)) continue;
        if (seen.size >= maxByTerms) return;
        seen.add(id);
        const story = this.#stories.get(id);
        if (story !== undefined) yield story;
      }
    }
  }

  /** What distance in time takes from a score; undefined where it is too far. */
  #decay(story: Story, from: number, to: number): number | undefined {
    const gapDays = Math.max(0, story.firstAt - to, from - story.lastAt) / dayMs;
    return gapDays > this.#windowDays ? undefined : gapDays * decayPerDay;
  }

  #unlist(term: string, id: string): void {
    const postings = this.#postings.get(term);
    postings?.delete(id);
    if (postings?.size === 0) this.#postings.delete(term);
  }
}

const decayPerDay = 0.02;

/** Means are nearer to each other than an article is to a mean. */
const mergeAbove = 0.1;

/** Among more stories, the nearest of those that it does not belong to is nearer by chance. */
function joinAt(stories: number): number {
  return 0.38 + 0.015 * Math.log(Math.max(1, stories / 100));
}

function dot(a: Float32Array, b: Float32Array): number {
  let even = 0;
  let odd = 0;
  for (let d = 0; d < a.length; d += 2) {
    even += (a[d] ?? 0) * (b[d] ?? 0);
    odd += (a[d + 1] ?? 0) * (b[d + 1] ?? 0);
  }
  return even + odd;
}
