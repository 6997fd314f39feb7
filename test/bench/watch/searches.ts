import { parseQuery } from '../../../domain/query/parse.ts';
import type { Query } from '../../../domain/query/ast.ts';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import { generator } from '../../eval/frame/bootstrap.ts';
import { type BenchArticle, entityKeys, feedIds, pick, sentiments, sites, subjects, vectorAbout } from './articles.ts';

export const searchKinds = ['words', 'phrase', 'field', 'negation', 'meaning'] as const;
export type SearchKind = (typeof searchKinds)[number];

export interface BenchSearch {
  readonly id: string;
  readonly kind: SearchKind;
  readonly text: string;
  readonly query: Query;
}

/** Words in more texts than this are too common to be searched for. */
const mostTexts = 0.05;

/**
 * Searches as people might save them: half plain words, a tenth with meaning, the rest with phrases, fields, groups and
 * negation. Their words and phrases are drawn from texts of the same kind as those that are matched.
 */
export function makeSearches(count: number, seed: number, texts: readonly BenchArticle[]): readonly BenchSearch[] {
  const random = generator(seed);
  const source = new Source(texts, random);
  return Array.from({ length: count }, (_, at) => {
    const kind = kindOf(at);
    const text = writers[kind](source, random);
    return { id: `search-${at}`, kind, text, query: parseQuery(text) };
  });
}

/** Of ten in a row five are plain words and one has meaning. */
function kindOf(at: number): SearchKind {
  const place = at % 10;
  if (place < 5) return 'words';
  if (place === 5) return 'meaning';
  return (['phrase', 'field', 'negation'] as const)[at % 3] ?? 'field';
}

const writers: Record<SearchKind, (source: Source, random: () => number) => string> = {
  words: (source, random) => Array.from({ length: 1 + Math.floor(random() ** 1.5 * 3) }, () => source.word()).join(' '),
  phrase: (source, random) => {
    const phrase = `"${source.phrase(2 + Math.floor(random() * 2))}"`;
    return pick(
      [phrase, `${phrase} ${source.word()}`, `${phrase} OR "${source.phrase(2)}"`, `title:${phrase}`],
      random,
    );
  },
  field: (source, random) => {
    const word = source.word();
    return pick(
      [
        `${word} language:en`,
        `(${word} OR ${source.word()}) category:${pick(newsTopicIds, random)}`,
        `title:${word}`,
        `title:(${word} OR ${source.word()})`,
        `${word} sentiment:${pick(sentiments, random)}`,
        `${word} entity:${pick(entityKeys, random)}`,
        `entity:${pick(entityKeys, random)}`,
        `${word} feed:${pick(feedIds, random)}`,
        `site:${pick(sites, random)} category:${pick(newsTopicIds, random)}`,
        `${word} words:>400`,
        `${word} published:>-7d`,
        `sentiment:negative category:${pick(newsTopicIds, random)} words:>=1500`,
      ],
      random,
    );
  },
  negation: (source, random) => {
    const word = source.word();
    return pick(
      [
        `${word} -${source.word()}`,
        `${word} NOT (${source.word()} OR ${source.word()})`,
        `"${source.phrase(2)}" -category:${pick(newsTopicIds, random)}`,
        `(${word} OR ${source.word()}) -sentiment:negative`,
        `${word} ${source.word()} -title:${source.word()}`,
        `entity:${pick(entityKeys, random)} -${source.word()} -language:de`,
      ],
      random,
    );
  },
  meaning: (source, random) => {
    const near = `near:"subject ${Math.floor(random() * subjects)}"@${(0.55 + random() * 0.2).toFixed(2)}`;
    return pick(
      [near, near, `${near} ${source.word()}`, `${near} -${source.word()}`, `${near} OR ${source.word()}`],
      random,
    );
  },
};

/** The made-up vector of a text that a search is near to. */
export function vectorOf(text: string): Float32Array {
  const subject = Number(/^subject (\d+)$/u.exec(text)?.[1] ?? 0);
  return vectorAbout(subject, 0.95, generator(5_000 + subject));
}

class Source {
  readonly #texts: readonly (readonly string[])[];
  readonly #random: () => number;
  readonly #common: ReadonlySet<string>;

  constructor(articles: readonly BenchArticle[], random: () => number) {
    this.#random = random;
    this.#texts = articles.map(({ text }) => text.split(/\P{L}+/u).filter((word) => word !== ''));
    const counts = new Map<string, number>();
    for (const words of this.#texts) {
      for (const word of new Set(words.map((one) => one.toLowerCase()))) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    const most = articles.length * mostTexts;
    this.#common = new Set([...counts].filter(([, texts]) => texts > most).map(([word]) => word));
  }

  /** One that is no operator and not in every other text. */
  word(): string {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const word = pick(pick(this.#texts, this.#random), this.#random);
      if (word.length >= 4 && !this.#common.has(word.toLowerCase())) return word.toLowerCase();
    }
    throw new Error('the texts have no rare words');
  }

  /** Words that stand so in a text, without its sentences' ends between them being looked at. */
  phrase(length: number): string {
    const words = pick(this.#texts, this.#random);
    const from = Math.floor(this.#random() * Math.max(1, words.length - length));
    const phrase = words.slice(from, from + length);
    return phrase.length === 0 ? this.word() : phrase.join(' ').toLowerCase();
  }
}
