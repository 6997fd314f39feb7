import { nothingFound } from '../../../processors/enrich/enricher.ts';
import type { Article, ArticleEnriched } from '../../../schemas/types.ts';

/** What every contender does with a message; cheap, so that the rest of the way is what is measured. */
export function transform(article: Article): ArticleEnriched {
  const words = wordCount(article.text);
  return {
    article_id: article.article_id,
    version: article.version + 1,
    article: { ...article, title: article.title.toLowerCase() },
    ...nothingFound,
    word_count: words,
    reading_time_seconds: Math.ceil(words / 4),
    skipped: [],
  };
}

function wordCount(text: string): number {
  let words = 1;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) words += 1;
  return words;
}
