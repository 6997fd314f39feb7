import { htmlList as settings } from '../../../domain/connectors/html-list.ts';
import { defineConnector } from '../connector.ts';
import { firstByAddress } from '../first-by-address.ts';
import { getIfChanged } from '../get-if-changed.ts';
import { madeFeed } from '../made-feed.ts';
import { SourceProblem } from '../source-problem.ts';

const accept = 'text/html, application/xhtml+xml, */*;q=0.5';

export const htmlList = defineConnector({
  settings,
  purpose: 'Reads a web page that lists articles.',
  limits: { requests: 2, bytes: 5_000_000 },
  async collect(context, { limit, ...selectors }) {
    const answer = await getIfChanged(context, accept);
    if (answer.kind === 'not-modified') return answer;
    const { status, document, validators } = answer;
    const { title, articles } = await context.read.list(document, selectors);
    if (articles.length === 0) throw nothingFound(document.url, selectors.item);
    // A page may list an article twice: as its lead, and by its section.
    const items = firstByAddress(articles)
      .firsts.slice(0, limit)
      .map((article) => ({
        url: article.url,
        title: article.title,
        summary: article.summary ?? undefined,
        date_published: article.date ?? undefined,
        image: article.image ?? undefined,
      }));
    const feed = await context.parse(madeFeed({ title, siteUrl: document.url, url: document.url, items }));
    return { kind: 'collected', status, feed, validators };
  },
});

function nothingFound(url: string, item: string | undefined): SourceProblem {
  return item === undefined
    ? new SourceProblem(
        'no-articles',
        `no list of articles was found on ${url}: say with the setting "item" (a CSS selector) what repeats`,
      )
    : new SourceProblem('no-articles', `nothing with a link matches "${item}" on ${url}: has the page changed?`);
}
