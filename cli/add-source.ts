import { canonicalizeUrl } from '../domain/canonical-url.ts';
import type { Source } from '../gateways/services/sources/source.ts';
import type { Config } from '../streams/config.ts';
import { InputError } from '../streams/errors.ts';
import { createLogger } from '../streams/logger.ts';
import { discoverSource } from './discover-source.ts';
import { enginesConfig } from './engines-config.ts';
import { readCredentials } from './read-credentials.ts';
import { scheduleOf, type ScheduleOptions } from './schedule-options.ts';
import { openSourceBook } from './source-book.ts';

export interface AddOptions extends ScheduleOptions {
  readonly exact?: true;
  readonly name?: string;
  readonly description?: string;
  readonly tag?: readonly string[];
  readonly type?: string;
  /** Seconds. */
  readonly delay?: number;
  readonly config?: Record<string, unknown>;
  /** File with them. */
  readonly credentials?: string;
  readonly json?: true;
}

/** What is followed, and why it is not what was named. */
interface Followed {
  readonly url: string;
  readonly type: string;
  readonly note: string | null;
}

/** Follows an address, or the best feed of the site whose page it is. */
export async function addSource(url: string, options: AddOptions): Promise<void> {
  const config = enginesConfig();
  const credentials = await readCredentials(options.credentials);
  const isExact = options.exact === true || options.type !== undefined || credentials !== null;
  const { note, ...followed } = isExact
    ? { url, type: options.type ?? 'rss', note: null }
    : await bestFeed(url, config);
  await using book = openSourceBook(config, createLogger('silent'));
  const created = await book.sources.create({
    ...followed,
    name: options.name ?? URL.parse(url)?.host ?? url,
    description: options.description ?? null,
    tags: [...(options.tag ?? [])],
    config: options.config ?? {},
    credentials,
    delay_seconds: options.delay ?? null,
    ...scheduleOf(options),
  });
  if (options.json === true) console.log(JSON.stringify(created));
  else console.log([...(note === null ? [] : [note]), follows(created)].join('\n'));
}

function follows({ name }: Source): string {
  return `${name} is followed now; it is collected within seconds. \`npx mimir source list\` shows how that went.`;
}

/** @throws InputError where the address is a page that leads to nothing */
async function bestFeed(url: string, config: Config): Promise<Followed> {
  const asIs = { url, type: 'rss' };
  // What is no address is refused in the words of the service.
  if (canonicalizeUrl(url) === null) return { ...asIs, note: null };
  const { candidates, error_detail } = await discoverSource(url, config);
  // What cannot be had now may be had later: the person has said what to follow.
  if (error_detail !== null) return { ...asIs, note: `It could not be looked at now (${error_detail}).` };
  const [best] = candidates;
  if (best === undefined) {
    throw new InputError(
      `${url} is a page without a feed, a sitemap with news or a list of headlines; --exact follows it all the same`,
    );
  }
  if (best.found === 'address') return { ...asIs, note: null };
  return {
    url: best.url,
    type: best.type,
    note: `${url} is a page; the best of what it leads to is ${best.url} (${best.type}).`,
  };
}
