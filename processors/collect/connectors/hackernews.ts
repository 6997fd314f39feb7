import { hackernews as settings } from '../../../domain/connectors/hackernews.ts';
import { type ConnectorContext, defineConnector } from '../connector.ts';
import { firstByAddress } from '../first-by-address.ts';
import { getIfChanged } from '../get-if-changed.ts';
import { jsonOf, numberOf, textOf, valueAt } from '../json-answer.ts';
import { dateText, madeFeed, type MadeItem } from '../made-feed.ts';
import { SourceProblem, sourceProblemOf } from '../source-problem.ts';

const accept = 'application/json';
const site = 'https://news.ycombinator.com';
/** After so many stories that could not be had one after the other, the API is away. */
const maxFailures = 3;

export const hackernews = defineConnector({
  settings,
  purpose: 'Reads the lists of Hacker News, with the pages that their stories link to.',
  limits: { requests: 101, bytes: 1_000_000 },
  async collect(context, config) {
    const base = config.base_url ?? apiOf(context.url);
    const answer = await getIfChanged({ ...context, url: addressOf(base, config.list) }, accept);
    if (answer.kind === 'not-modified') return answer;
    const ids = idsOf(jsonOf(answer.document), answer.document.url);
    const items: MadeItem[] = [];
    const warnings: string[] = [];
    let failures = 0;
    for (const id of ids.slice(0, config.limit)) {
      try {
        const item = itemOf(await storyOf(context, addressOf(base, `item/${id}`)), config);
        failures = 0;
        if (item !== null) items.push(item);
      } catch (error) {
        const problem = sourceProblemOf(error);
        failures += 1;
        if (failures === maxFailures) throw problem;
        warnings.push(`story ${id} was left out: ${problem.message}`);
      }
    }
    const { url } = answer.document;
    const feed = await context.parse(
      madeFeed({ title: `Hacker News: ${config.list}`, siteUrl: site, url, items: firstByAddress(items).firsts }),
    );
    // Points and comments grow without the list changing: with a threshold it is read each time.
    const counts = config.min_score > 0 || config.min_comments > 0;
    return {
      kind: 'collected',
      status: answer.status,
      feed: { ...feed, warnings: [...feed.warnings, ...warnings] },
      validators: counts || warnings.length > 0 ? null : answer.validators,
    };
  },
});

/** People name the site; its API lives elsewhere. */
function apiOf(url: string): string {
  const { hostname, origin } = new URL(url);
  return hostname === 'news.ycombinator.com' ? 'https://hacker-news.firebaseio.com' : origin;
}

function addressOf(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/v0/${path}.json`;
}

function idsOf(json: unknown, url: string): readonly number[] {
  if (!Array.isArray(json)) {
    throw new SourceProblem('unexpected-json', `${url} is no list of stories: is the address that of the API?`);
  }
  return [...new Set(json.filter((id): id is number => Number.isSafeInteger(id) && id > 0))];
}

async function storyOf(context: ConnectorContext, url: string): Promise<unknown> {
  const answer = await getIfChanged({ url, validators: null, get: context.get }, accept);
  return answer.kind === 'not-modified' ? null : jsonOf(answer.document);
}

/** @returns null for what is no story, or below the thresholds */
function itemOf(
  story: unknown,
  thresholds: { readonly min_score: number; readonly min_comments: number },
): MadeItem | null {
  const id = numberOf(valueAt(story, 'id'));
  if (id === null || valueAt(story, 'dead') === true || valueAt(story, 'deleted') === true) return null;
  if ((numberOf(valueAt(story, 'score')) ?? 0) < thresholds.min_score) return null;
  if ((numberOf(valueAt(story, 'descendants')) ?? 0) < thresholds.min_comments) return null;
  const author = textOf(valueAt(story, 'by'));
  return {
    id: `hackernews:${id}`,
    // Questions and the like have no page elsewhere.
    url: textOf(valueAt(story, 'url')) ?? `${site}/item?id=${id}`,
    title: textOf(valueAt(story, 'title')) ?? undefined,
    content_html: textOf(valueAt(story, 'text')) ?? undefined,
    date_published: dateText(valueAt(story, 'time')),
    authors: author === null ? undefined : [{ name: author }],
  };
}
