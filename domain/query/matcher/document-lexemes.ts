import { type ArticleLexemes, articleLexemes } from '../../analysis/article-lexemes.ts';
import type { QueryDocument } from '../document.ts';

const analysed = new WeakMap<QueryDocument, ArticleLexemes>();

/** A document is analysed once, whoever asks. */
export function lexemesOf(document: QueryDocument): ArticleLexemes {
  let lexemes = analysed.get(document);
  if (lexemes === undefined) {
    lexemes = articleLexemes(document);
    analysed.set(document, lexemes);
  }
  return lexemes;
}

/** Says that a document has the same text as another, so that it need not be analysed again. */
export function shareLexemes(document: QueryDocument, same: QueryDocument): void {
  analysed.set(same, lexemesOf(document));
}
