import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { generator } from '../../eval/frame/bootstrap.ts';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

/** An article as the benchmark matches it: its texts made up or given, all else made up. */
export interface BenchArticle {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly language: string;
  readonly feed: string;
  readonly site: string;
  readonly category: string;
  readonly sentiment: string;
  readonly entities: readonly string[];
  readonly words: number;
  /** Milliseconds since 1970. */
  readonly published: number;
  /** Of unit length. */
  readonly vector: Float32Array;
}

export type BenchText = Pick<BenchArticle, 'title' | 'summary' | 'text'>;

export const dimensions = 384;
export const benchNow = Date.parse('2026-11-01T12:00:00Z');
/** What articles and searches are about: their vectors lie around these many means. */
export const subjects = 400;

export const sentiments = ['negative', 'neutral', 'positive'] as const;
export const feedIds = Array.from({ length: 300 }, (_, index) => uuidOf(1, index));
export const sites = feedIds.map((_, index) => `site-${index}.example`);
export const entityKeys = Array.from({ length: 3_000 }, (_, index) => `person ${index}`.replace(' ', '-'));

/** The same articles for the same seed. */
export function makeArticles(count: number, seed: number): readonly BenchArticle[] {
  const random = generator(seed);
  const vocabulary = vocabularyOf(60_000);
  return Array.from({ length: count }, () => articleOf(textOf(vocabulary, random), random));
}

/**
 * @param path a file of JSON objects, one a line, with title, text and perhaps summary; or a folder of text files, the
 *   first line of each being its title
 */
export function textsIn(path: string): readonly BenchText[] {
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .toSorted()
      .filter((name) => name.endsWith('.txt'))
      .map((name) => {
        const [title = '', ...lines] = readFileSync(join(path, name), 'utf8').split('\n');
        return { title, summary: '', text: lines.join('\n').trim() };
      });
  }
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { title, summary, text } = JSON.parse(line) as Partial<BenchText>;
      return { title: title ?? '', summary: summary ?? '', text: text ?? '' };
    });
}

/** Gives texts the fields that they do not bring. */
export const articlesOf = (texts: readonly BenchText[], seed: number): readonly BenchArticle[] => {
  const random = generator(seed);
  return texts.map((text) => articleOf(text, random));
};

function articleOf(text: BenchText, random: () => number): BenchArticle {
  const feed = Math.floor(random() ** 2 * feedIds.length);
  return {
    ...text,
    language: random() < 0.9 ? 'en' : 'de',
    feed: feedIds[feed] ?? '',
    site: sites[feed] ?? '',
    category: pick(newsTopicIds, random),
    sentiment: pick(sentiments, random),
    entities: Array.from({ length: Math.floor(random() * 8) }, () => pick(entityKeys, () => random() ** 3)),
    words: text.text.split(/\s+/u).length,
    published: benchNow - Math.floor(random() ** 3 * 30 * 86_400_000),
    vector: vectorAbout(Math.floor(random() ** 2 * subjects), 0.75, random),
  };
}

function textOf(vocabulary: Vocabulary, random: () => number): BenchText {
  // Of news: half have 250 to 700 words, few more than 2,000.
  const length = Math.min(4_000, Math.max(60, Math.round(420 * Math.exp(0.75 * gaussian(random)))));
  const said: string[] = [];
  const next = (): string => {
    // A text says again what it is about: without this it would have twice the words of a real one.
    const word = said.length > 20 && random() < 0.25 ? pick(said, random) : vocabulary.word(random);
    if (word.length > 3) said.push(word);
    return word;
  };
  const text = sentences(length, next, random);
  return { title: clause(6 + Math.floor(random() * 6), next), summary: sentences(30, next, random), text };
}

function sentences(words: number, next: () => string, random: () => number): string {
  const parts: string[] = [];
  for (let rest = words; rest > 0;) {
    const length = Math.min(rest, 8 + Math.floor(random() * 24));
    parts.push(`${clause(length, next)}${random() < 0.15 ? '.\n\n' : '. '}`);
    rest -= length;
  }
  return parts.join('').trimEnd();
}

function clause(words: number, next: () => string): string {
  const all = Array.from({ length: words }, (_, at) => (at % 11 === 10 ? `${next()},` : next())).join(' ');
  return all.charAt(0).toUpperCase() + all.slice(1);
}

/** A vector whose cosine to the mean of its subject is about `likeness`. */
export function vectorAbout(subject: number, likeness: number, random: () => number): Float32Array {
  const mean = meanOf(subject);
  const noise = unit(random);
  const values = mean.map((value, at) => likeness * value + Math.sqrt(1 - likeness ** 2) * (noise[at] ?? 0));
  return scaled(values);
}

const means = new Map<number, Float32Array>();

function meanOf(subject: number): Float32Array {
  const known = means.get(subject);
  if (known !== undefined) return known;
  const mean = unit(generator(1_000 + subject));
  means.set(subject, mean);
  return mean;
}

const unit = (random: () => number): Float32Array =>
  scaled(Float32Array.from({ length: dimensions }, () => gaussian(random)));

function scaled(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

function uuidOf(kind: number, index: number): string {
  return `00000000-0000-4000-8${String(kind).padStart(3, '0')}-${String(index).padStart(12, '0')}`;
}
