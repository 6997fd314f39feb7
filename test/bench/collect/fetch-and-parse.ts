import { pino } from 'pino';
import type { Progress } from '../../../infra/local/progress.ts';
import { openFeedParser } from '../../../processors/collect/feed/feed-parser.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { openWeb } from './web.ts';

export interface FetchOptions {
  readonly feeds: number;
  readonly entries: number;
  readonly rounds: number;
}

export interface FetchResult extends FetchOptions {
  readonly feedsPerSecond: Spread;
  readonly entriesPerSecond: Spread;
}

const atOnce = 64;

/** Feeds as fast as they come: HTTP client and parser alone, without turns, memory and broker. */
export async function measureFetchAndParse(progress: Progress, options: FetchOptions): Promise<FetchResult> {
  const { feeds, entries, rounds } = options;
  await using web = await openWeb({ feeds, feedsPerHost: 4, entries, textCharacters: 600 });
  const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
  const parser = openFeedParser();
  const rates: number[] = [];
  try {
    const step = progress.step(`fetch and parse ${feeds} feeds`);
    // The first round pays for the compiler and the threads.
    for (let round = 0; round <= rounds; round += 1) {
      const waiting = [...web.urls];
      const beganMs = performance.now();
      const work = async (): Promise<void> => {
        for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
          const { body, headers, finalUrl } = await http.get(url);
          const document = { bytes: body, contentType: headers['content-type'] ?? '', url: finalUrl };
          const feed = await parser.parse(document, Date.now());
          if (feed.entries.length !== entries) throw new Error(`${url} has ${feed.entries.length} entries`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      if (round > 0) rates.push(feeds / ((performance.now() - beganMs) / 1_000));
      step.detail(`round ${round} of ${rounds}`);
    }
    step.done();
  } finally {
    await Promise.all([http.close(), parser.close()]);
  }
  return {
    ...options,
    feedsPerSecond: spreadOf(rates),
    entriesPerSecond: spreadOf(rates.map((rate) => rate * entries)),
  };
}
