import { decodeDocument } from '../../../domain/decode-bytes.ts';
import { cleanText } from '../../../domain/clean-text.ts';
import type { FeedDocument } from '../feed-document.ts';
import { SourceProblem } from '../source-problem.ts';

/** Longer pages are cut: no list of articles is that long, and a tree of it would take the thread's memory. */
const maxCharacters = 5_000_000;

/** @throws SourceProblem unreadable-page for what is no text with markup */
export function pageText(document: FeedDocument): string {
  const text = cleanText(decodeDocument(document.bytes.subarray(0, maxCharacters), document.contentType)).trim();
  const { host } = new URL(document.url);
  if (text === '') throw new SourceProblem('unreadable-page', `${host} sent nothing where a web page was expected`);
  if (!/<[a-z!]/i.test(text.slice(0, 10_000))) {
    throw new SourceProblem('unreadable-page', `${host} sent no HTML where a web page was expected`);
  }
  return text;
}
