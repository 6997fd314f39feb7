/**
 * Makes articles and poison from a seed, writes each into the ledger and only then produces or serves it. Ends when it
 * is told to: its feeds must be there until the flow is drained.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openRuntime } from '../../cli/open-runtime.ts';
import { articleId, derivedId, feedId } from '../../domain/identity.ts';
import type { RawArticle } from '../../schemas/types.ts';
import { loadConfig } from '../../streams/config.ts';
import { eventHeaders } from '../../streams/event-headers.ts';
import type { KafkaProducer, OutgoingRecord } from '../../streams/kafka/port.ts';
import { createLogger } from '../../streams/logger.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { planArticles, type PlannedVersion, wordsIn } from './article-plan.ts';
import { type FeedServer, htmlOf, openFeedServer, pageOf } from './feed-server.ts';
import { type ArticleLine, hashOfText, LedgerWriter, type LedgerLine, type PoisonLine } from './ledger.ts';
import { PoisonMaker } from './poison.ts';
import { type Random, seededRandom } from './random.ts';

export interface GeneratorSettings {
  readonly ledger: string;
  readonly seed: number;
  readonly articles: number;
  /** Versions a second; 0 is as fast as it goes. */
  readonly rate: number;
  /** Share of the records that is poison. */
  readonly poison: number;
  /** Share of the articles that comes by feeds. */
  readonly feeds: number;
  readonly textCharacters: number;
}

/** What the generator tells the process that started it. */
export type GeneratorMessage =
  | { readonly kind: 'feeds'; readonly urls: readonly string[] }
  | { readonly kind: 'progress'; readonly versions: number; readonly total: number }
  /** The ledger is whole. */
  | { readonly kind: 'end'; readonly versions: number; readonly poison: number; readonly repeats: number }
  | { readonly kind: 'fetched'; readonly fetched: boolean };

const batchSize = 20;
/** Share of the batches that are produced a second time, as one does whose first outcome was not told. */
const shareOfRepeats = 0.05;
/** Characters from which on `collect` takes the text from the entry and fetches no page, and some more. */
const fullEntryCharacters = 2_800;

const { values } = parseArgs({ options: { settings: { type: 'string' } } });
const settings = JSON.parse(values.settings ?? '{}') as GeneratorSettings;
const config = loadConfig(process.env, { instance: false });
const log = createLogger('warn', { process: 'chaos-generator' });
const tell = (message: GeneratorMessage): void => void process.send?.(message);

await using runtime = openRuntime(config, log);
// From here on it encodes without the registry, which is among what is taken away.
await runtime.codec.registerAll();
await using feeds = await openFeedServer();
process.once('disconnect', () => process.exit(0));
tell({ kind: 'feeds', urls: feeds.feedUrls });
await generate(runtime, feeds);
for (;;) {
  tell({ kind: 'fetched', fetched: feeds.isFetched() });
  await sleep(500);
}

interface Prepared {
  readonly lines: readonly LedgerLine[];
  readonly records: readonly OutgoingRecord[];
  readonly served: readonly { readonly index: number; readonly version: PlannedVersion }[];
}

async function generate({ kafka, codec }: Runtime, server: FeedServer): Promise<void> {
  const { seed, rate } = settings;
  const random = seededRandom(seed + 1);
  const ledger = new LedgerWriter(settings.ledger);
  const plan = planArticles({ ...settings, publishedBefore: Date.now() - 3_600_000 });
  const collected = chooseCollected(plan, random);
  const poison = new PoisonMaker(codec, random, String(seed));
  const lastFetched = new Map<string, number>();
  let producer: KafkaProducer | undefined;
  const produce = async (records: readonly OutgoingRecord[]): Promise<void> => {
    for (let attempt = 1; records.length > 0; attempt += 1) {
      try {
        producer ??= await kafka.producer();
        await producer.send(records);
        return;
      } catch (error) {
        // The outcome is unknown: the same records with the same ids are sent again, for as long as it takes.
        log.warn({ err: error, attempt }, 'the generator tries again');
        const broken = producer;
        producer = undefined;
        await Promise.resolve(broken?.[Symbol.asyncDispose]()).catch(() => undefined);
        await sleep(Math.min(5_000, 200 * attempt));
      }
    }
  };

  const versionOf = async (version: PlannedVersion): Promise<Prepared> => {
    const feed = collected.get(version.id);
    if (feed !== undefined) return served(version, feed, server);
    // Now, or just after the version before: a version is a time.
    const fetchedMs = Math.max(Date.now(), (lastFetched.get(version.id) ?? 0) + 1);
    lastFetched.set(version.id, fetchedMs);
    const raw = rawArticleOf(version, fetchedMs);
    const eventId = derivedId('chaos-event', `${seed} ${version.id} ${version.number}`);
    const headers = eventHeaders({
      topic: 'raw-article',
      source: 'chaos',
      eventId,
      isTombstone: false,
      nowMs: fetchedMs,
    });
    const record = { topic: 'raw-article', key: version.id, value: await codec.encode('raw-article', raw), headers };
    const line: ArticleLine = { ...lineOf(version), via: 'topic', eventId, version: raw.version };
    return { lines: [line], records: [record], served: [] };
  };

  const startedAt = Date.now();
  const earlier: OutgoingRecord[][] = [];
  let poisons = 0;
  let repeats = 0;
  for (let at = 0; at < plan.length; at += batchSize) {
    const batch = plan.slice(at, at + batchSize);
    const prepared: Prepared[] = [];
    for (const version of batch) {
      prepared.push(await versionOf(version));
      if (!random.chance(settings.poison)) continue;
      const line = await poison.make(rawArticleOf(version, Date.now()));
      poisons += 1;
      prepared.push({ lines: [line], records: [poisonRecord(line)], served: [] });
    }
    ledger.write(prepared.flatMap(({ lines }) => lines));
    const records = prepared.flatMap((one) => one.records);
    await produce(records);
    for (const { index, version } of prepared.flatMap((one) => one.served)) server.publish(index, version);
    earlier.push(records);
    if (random.chance(shareOfRepeats)) {
      const again = random.pick(earlier.slice(-20));
      await produce(again);
      repeats += again.length;
    }
    const versions = at + batch.length;
    tell({ kind: 'progress', versions, total: plan.length });
    if (rate > 0) await sleep(Math.max(0, startedAt + (versions / rate) * 1_000 - Date.now()));
  }
  ledger.write([{ kind: 'end', versions: plan.length, poison: poisons }]);
  ledger.close();
  await producer?.[Symbol.asyncDispose]();
  tell({ kind: 'end', versions: plan.length, poison: poisons, repeats });
}

interface Collected {
  /** Gives the article its address at a publisher. */
  readonly index: number;
  /** Its text is on a page: only where there is one version, since page and entry are fetched apart. */
  readonly hasPage: boolean;
}

/** By id: articles that come by feeds. Copies and their originals are left out. */
function chooseCollected(plan: readonly PlannedVersion[], random: Random): ReadonlyMap<string, Collected> {
  const chosen = new Map<string, Collected>();
  for (const [id, versions] of Map.groupBy(plan, (version) => version.id)) {
    const [first] = versions;
    if (first === undefined || first.textGroup !== null || !random.chance(settings.feeds)) continue;
    chosen.set(id, { index: chosen.size, hasPage: first.hasPage && versions.length === 1 });
  }
  return chosen;
}

function served(planned: PlannedVersion, { index, hasPage }: Collected, server: FeedServer): Prepared {
  const url = server.urlOf(index);
  const paragraphs = hasPage ? planned.paragraphs : lengthened(planned.paragraphs);
  const text = paragraphs.join('\n\n');
  const version: PlannedVersion = {
    ...planned,
    id: articleId('public', url),
    url,
    hasPage,
    paragraphs,
    textHash: hashOfText(text),
    words: wordsIn(text),
    feedId: feedId(server.feedUrls[index % server.feedUrls.length] ?? ''),
  };
  return {
    lines: [{ ...lineOf(version), via: 'feed', eventId: null, version: null }],
    records: [],
    served: [{ index, version }],
  };
}

function lengthened(paragraphs: readonly string[]): string[] {
  const longer = [...paragraphs];
  for (let round = 1; longer.join('\n\n').length < fullEntryCharacters; round += 1) {
    longer.push(...paragraphs.map((paragraph) => `Supplement ${round} ${paragraph}`));
  }
  return longer;
}

function lineOf(version: PlannedVersion): Omit<ArticleLine, 'via' | 'eventId' | 'version'> {
  const { id, url, number, feedId: feed, title, textHash, words, publishedAt, textGroup } = version;
  return { kind: 'article', id, url, number, feedId: feed, title, textHash, words, publishedAt, textGroup };
}

function rawArticleOf(version: PlannedVersion, fetchedMs: number): RawArticle {
  return {
    article_id: version.id,
    version: fetchedMs * 1_000,
    visibility: 'public',
    url: version.url,
    feed_id: version.feedId,
    connector: 'feed',
    fetched_at: fetchedMs,
    entry: {
      guid: version.url,
      url: version.url,
      title: version.title,
      summary_html: null,
      content_html: version.hasPage ? null : htmlOf(version.paragraphs),
      authors: [],
      tags: [],
      published_at: version.publishedAt,
      updated_at: null,
      image_url: null,
      language: 'en',
      published_raw: null,
    },
    page: version.hasPage
      ? {
          final_url: version.url,
          status: 200,
          content_type: 'text/html; charset=utf-8',
          body_gzip: gzipSync(pageOf(version)),
          truncated: false,
          robots: null,
        }
      : null,
    page_error: null,
    extraction: null,
    enrichment: null,
  };
}

function poisonRecord({ topic, key, value, headers }: PoisonLine): OutgoingRecord {
  return {
    topic,
    key: key === null ? null : Buffer.from(key, 'base64'),
    value: value === null ? null : Buffer.from(value, 'base64'),
    headers,
  };
}
