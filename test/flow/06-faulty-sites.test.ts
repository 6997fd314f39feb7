import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstance, type Instance, waitFor } from './instance.ts';
import { hasNewsroom, type Newsroom, openNewsroom } from './newsroom.ts';
import { allArticles, getJson, statusOf } from './reading.ts';

/** Stories of the wire service; with the publishers' pages and the syndicates' copies some 500 articles. */
const wireStories = process.env['MIMIR_NEWSROOM_WIRE'] ?? '100';
const patienceMs = Number(process.env['MIMIR_NEWSROOM_MINUTES'] ?? 10) * 60_000;

interface SourceList {
  readonly data: readonly {
    readonly attributes: {
      readonly url: string;
      readonly status: { readonly state: string; readonly words: string };
    };
  }[];
  readonly links: { readonly next: string | null };
}

/** What the newsroom does at sites whose number ends in this digit, and how a source says so. */
const faults: Readonly<Record<string, RegExp>> = {
  '3': /\b429\b/u,
  '5': /\b503\b/u,
  '7': /slowly|longer than 2 s/u,
  '9': /connection|without an answer/u,
};
const hostOf = (url: string): string => new URL(url).hostname;
const faultOf = (url: string): RegExp | undefined => faults[hostOf(url).slice(-1)];

let newsroom: Newsroom;
let mimir: Instance;

describe.runIf(hasNewsroom)('7. Sites that fail, and news that come while we look', () => {
  beforeAll(async () => {
    mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
  });

  afterAll(async () => {
    await mimir[Symbol.asyncDispose]();
    await newsroom[Symbol.asyncDispose]();
  });

  test('every article that is released arrives once', { timeout: patienceMs + 120_000 }, async () => {
    await mimir.start(['--no-starter']);
    // Its clock begins now: what a feed showed before anybody looked could not be had.
    newsroom = await openNewsroom('--faults', '--rate', '5', '--wire', wireStories);
    const sites = await newsroom.sites();
    for (const { ip, feed } of sites) if (feed !== null) await follow({ url: feed }, ip);
    await waitFor('all articles are released', () => newsroom.isAllOut(), patienceMs);
    // A page of headlines without any would be a fault of its own.
    for (const { ip, feed, page } of sites) {
      if (feed === null) await follow({ url: page, type: 'html', config: headlines }, ip);
    }
    await expect.poll(notYetArrived, { timeout: patienceMs, interval: 5_000 }).toEqual([]);
    const { size } = await newsroom.links();
    await waitFor('all views hold them', async () =>
      (await statusOf(mimir)).views.every(({ articles }) => articles === size),
    );
  });

  test(
    'the sources of faulty sites are degraded and say why, the others are healthy',
    { timeout: 450_000 },
    async () => {
      // A fault that comes with every fifth request takes some collections to be met.
      await expect.poll(misjudged, { timeout: 400_000, interval: 5_000 }).toEqual([]);
    },
  );
});

/** Sites of which the view does not hold as many articles as they have. */
async function notYetArrived(): Promise<readonly string[]> {
  const wanted = Map.groupBy(await newsroom.links(), hostOf);
  const arrived = Map.groupBy(await allArticles(mimir, 'url'), ({ attributes: { url } }) => hostOf(url));
  return [...wanted].flatMap(([host, links]) => {
    const count = arrived.get(host)?.length ?? 0;
    return count === links.length ? [] : [`${host}: ${count} of ${links.length}`];
  });
}

/** As a person would say it who has looked at the page. */
const headlines = { item: 'ul.stories li.story', link: 'a.headline', date: 'time@datetime' };

/** Who has a page or two, or a dozen, is asked each minute; the wire service as often as it changes, which Mimir must find out. */
async function follow(source: { readonly url: string; readonly type?: string; readonly config?: object }, ip: string) {
  const schedule = ip === '127.0.2.1' ? {} : { interval_seconds: 60 };
  const response = await fetch(`${mimir.rest}/api/v1/sources`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { type: 'sources', attributes: { name: ip, ...source, ...schedule } } }),
  });
  expect(response.status).toBe(201);
}

/** Sources whose state is not what the newsroom does at their sites; that a busy machine makes a site slow is no fault. */
async function misjudged(): Promise<readonly string[]> {
  return (await allSources()).flatMap(({ attributes: { url, status } }) => {
    const fault = faultOf(url);
    const isRight =
      fault === undefined
        ? status.state === 'healthy' || faults['7']?.test(status.words)
        : status.state === 'degraded' && fault.test(status.words);
    return isRight ? [] : [`${url} ${status.state}: ${status.words}`];
  });
}

async function allSources(): Promise<SourceList['data']> {
  const sources: SourceList['data'][number][] = [];
  for (let next: string | null = '/api/v1/sources?limit=100'; next !== null;) {
    const page: SourceList = await getJson<SourceList>(mimir, next);
    sources.push(...page.data);
    next = page.links.next;
  }
  return sources;
}
