import { cleanText } from '../../../domain/clean-text.ts';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import type { FeedDocument } from '../connector.ts';
import { SourceProblem } from '../source-problem.ts';
import { readJsonFeed } from './json-feed.ts';
import { isWebPage, webPageInstead } from './not-a-feed.ts';
import type { WireFeed } from './wire.ts';
import { NoFeed, readXmlFeed } from './xml-feed.ts';
import { UnreadableXml } from './xml-tree.ts';

/** Where a feed begins behind warnings of a program, or an empty line. */
const feedBegins = /<(?:\?xml|!doctype\s+(?:rss|rdf)|(?:[a-z\d]+:)?(?:rss|rdf|feed)[\s>])/i;
const maxPrologueCharacters = 20_000;

/**
 * A feed of any known format as it says it is.
 *
 * @throws SourceProblem not-a-feed, unreadable-feed
 */
export function readFeed({ bytes, contentType, url }: FeedDocument): WireFeed {
  const text = cleanText(decodeDocument(bytes, contentType))
    .replace(/^\ufeff/, '')
    .trimStart();
  const { host } = new URL(url);
  if (text === '') throw new SourceProblem('not-a-feed', `${host} sent nothing where a feed was expected`);
  if (text.startsWith('{')) return readJson(text, host);
  if (isWebPage(text)) throw webPageInstead(text, url);
  const begin = feedBegins.exec(text.slice(0, maxPrologueCharacters))?.index;
  if (begin === undefined && !text.startsWith('<')) {
    throw new SourceProblem('not-a-feed', `${host} sent neither XML nor JSON where a feed was expected`);
  }
  return readXml(text.slice(begin ?? 0), url, host);
}

function readXml(xml: string, url: string, host: string): WireFeed {
  try {
    return readXmlFeed(xml, url);
  } catch (refusal) {
    if (refusal instanceof NoFeed) {
      throw new SourceProblem('not-a-feed', `${host} sent XML that is no RSS, Atom or RDF feed (${refusal.message})`);
    }
    if (!(refusal instanceof UnreadableXml)) throw refusal;
    throw new SourceProblem('unreadable-feed', `${host} sent XML that cannot be read (${refusal.message})`);
  }
}

function readJson(text: string, host: string): WireFeed {
  try {
    return readJsonFeed(JSON.parse(text));
  } catch (refusal) {
    const why = refusal instanceof SyntaxError ? 'it is not valid JSON' : 'it is another kind of JSON';
    throw new SourceProblem('not-a-feed', `${host} sent JSON that is no JSON Feed (${why})`);
  }
}
