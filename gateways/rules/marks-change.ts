import type { Judgement, Marks } from './judge.ts';

/** What is told of an article on article-routed. */
export interface MarkedArticle {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly url: string;
  readonly siteName: string | null;
  readonly language: string | null;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

/** What the rules of an organisation come to for an article. */
export interface JudgedArticle {
  readonly article: MarkedArticle;
  readonly organizationId: string;
  /** Of the set of rules that judged. */
  readonly rulesRevision: number;
  readonly judgement: Judgement;
}

/** The marks that are stored. */
export interface StoredMarks extends Marks {
  readonly articleId: string;
  readonly organizationId: string;
  readonly articleVersion: number;
}

/** Marks of an article that are to be written. */
export interface MarksChange extends JudgedArticle {
  readonly before: StoredMarks | undefined;
}
