import type { Article, ArticleEnriched } from '../../schemas/types.ts';

/** What enrichers find. */
export type Findings = Omit<ArticleEnriched, 'article_id' | 'version' | 'article' | 'skipped'>;

/** One thing that can be told from an article's title and text. Pure, and quick: some milliseconds an article. */
export interface Enricher {
  readonly name: string;
  /** Loads lists and models, when the stage is opened rather than at its first article. */
  prepare?(): Promise<unknown>;
  /**
   * @param found what the enrichers before this one found
   * @returns the fields that this one is for
   */
  find(article: Read, found: Findings): Partial<Findings> | Promise<Partial<Findings>>;
}

/** The fields of an article that enrichers read. */
export type Read = Pick<Article, 'title' | 'text' | 'language_hint'> & Partial<Pick<Article, 'paywall'>>;

export const nothingFound: Findings = {
  language: null,
  language_confidence: 0,
  language_method: '',
  keywords: [],
  keywords_method: '',
  word_count: 0,
  reading_time_seconds: 0,
  sentence_count: 0,
  sentiment: null,
  entities: [],
  entities_method: '',
  summary: null,
  quality: [],
  quality_confidences: [],
  quality_method: '',
};

/** Enrichers that judge an article by a part of it read this many characters: more text changes little in the result. */
export const maxCharacters = 20_000;
