import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { openEmbedder } from '../../../domain/embedding/embedder.ts';
import { articleId, derivedId } from '../../../domain/identity.ts';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { type Facts, factsOf } from '../../../processors/dedup/facts.ts';
import { openDedupState } from '../../../processors/dedup/state.ts';
import { eventHeaders } from '../../../streams/event-headers.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { generator } from '../../eval/frame/bootstrap.ts';
import { insertArticles } from '../inserted-articles.ts';
import type { BenchMimir } from '../mimir.ts';
import { storyOf } from './news.ts';

/** Articles by number, of which those from `from` on, below `to`, are missing yet. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts articles where the stages and views keep what they compare new ones with, beside the stages: rows and their
 * indexes in Postgres, texts in the memory of duplicates, stories, vectors. Through the pipeline a million would take half a day.
 */
export async function store(progress: Progress, mimir: BenchMimir, span: Span): Promise<void> {
  const step = progress.step(`${span.to} articles are stored`);
  const done = new Map<string, number>();
  const tell = (what: string) => (count: number) => {
    done.set(what, count);
    step.detail([...done].map(([name, value]) => `${value} ${name}`).join(', '));
  };
  await Promise.all([
    insertArticles(
      mimir.pool,
      { from: span.from, to: span.to - 1, feeds: 200, names: 20_000, words: wordsOfAText },
      tell('rows'),
    ),
    storeTexts(mimir, span, tell('texts')),
    storeVectors(mimir, span, tell('vectors')),
  ]);
  await giveToStories(mimir, span);
  step.done();
}

const wordsOfAText = 80;

const idOf = (number: number): string => articleId('public', `https://archive.example/${number}`);

const textsAtOnce = 64;

/** A text of the measured ones has 32; so many are those of a note, and four times as quickly stored. */
const storedBands = 8;
/** Of some texts so many bands are also those of others, as the phrases of agencies are. */
const sharedBands = 4;
const sharedAmong = 25;
const patterns = 200;

async function storeTexts({ runtime }: BenchMimir, { from, to }: Span, tell: (count: number) => void): Promise<void> {
  const redis = connectRedis(runtime.config.redisUrl, pino({ level: 'silent' }));
  const state = openDedupState(redis, { windowDays: runtime.config.dedup.windowDays });
  const known = Array.from({ length: patterns }, (_, index) => patternOf(index));
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const number = next;
      next += 1;
      const facts = factsLike(known[number % patterns] as Facts, number);
      const id = idOf(number);
      const decision = await state.decide(id, facts);
      if (decision === null) throw new Error('the memory of duplicates is not ready');
      const seen = { contentHash: facts.text, version: facts.version, feedIds: [] };
      await state.acknowledge(id, { facts, seen }, decision);
      if (number % 1_000 === 0) tell(number - from);
    }
  };
  try {
    await Promise.all(Array.from({ length: textsAtOnce }, work));
  } finally {
    redis.disconnect();
  }
}

function patternOf(index: number): Facts {
  const { title, text } = storyOf(1_000_000 + index);
  return factsOf({
    article_id: '',
    version: 1,
    visibility: 'public',
    url: 'https://archive.example/',
    canonical_url: null,
    title,
    text,
    text_hash: '',
    published_at: Date.now(),
    fetched_at: Date.now(),
  });
}

/** Another text of the same size: its features are its own, save some of the bands. */
function factsLike(pattern: Facts, number: number): Facts {
  if (pattern.near === null) throw new Error('the pattern is too short');
  const random = generator(number + 1);
  const { sketch, bands } = pattern.near;
  const packed = Buffer.from(sketch, 'base64');
  // The header says how many features the text has; behind it are their hashes.
  const header = 14;
  randomBytes(packed.length - header).copy(packed, header);
  return {
    ...pattern,
    text: derivedId('stored-text', String(number)),
    title: '',
    textRank: pattern.textRank - number,
    near: {
      sketch: packed.toString('base64'),
      bands: bands.slice(0, storedBands).map((band, at) =>
        at < (number % sharedAmong === 0 ? sharedBands : 0)
          ? band
          : Math.floor(random() * 2 ** 32)
              .toString(16)
              .padStart(8, '0') + band.slice(8),
      ),
    },
  };
}

const vectorsAtOnce = 1_000;

async function storeVectors(
  { runtime: { config } }: BenchMimir,
  { from, to }: Span,
  tell: (count: number) => void,
): Promise<void> {
  await using index = await openVectorIndex(config.vectors, { log: pino({ level: 'silent' }) });
  for (let at = from; at < to; at += vectorsAtOnce) {
    const numbers = Array.from({ length: Math.min(vectorsAtOnce, to - at) }, (_, offset) => at + offset);
    await index.upsert(
      numbers.map((number) => ({
        articleId: idOf(number),
        version: 1,
        vector: vectorOf(number, config.vectors.dimensions),
        payload: {
          visibility: 'public',
          feedIds: [],
          language: 'en',
          publishedAt: Date.now() - number,
          model: 'stored',
        },
      })),
    );
    tell(at + numbers.length - from);
  }
}

/** Of unit length, and far from all others. */
function vectorOf(number: number, dimensions: number): readonly number[] {
  const random = generator(number + 1);
  const values = Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** More are not remembered: older stories make way. */
const mostStories = 15_000;

/** Stages put off vectors of another model. */
async function modelInUse(modelDir: string): Promise<string> {
  const embedder = await openEmbedder({ modelDir, threads: 1, log: pino({ level: 'silent' }) });
  await embedder.close();
  return embedder.model;
}

/** Each article is the first of a story, as long as they are remembered. They are given to the stage, for stories are what it has decided. */
async function giveToStories({ runtime }: BenchMimir, { from, to }: Span): Promise<void> {
  if (from >= mostStories) return;
  await using producer = await runtime.kafka.producer();
  const nowMs = Date.now();
  const model = await modelInUse(runtime.config.embedding.modelDir);
  for (let at = from; at < Math.min(to, mostStories); at += textsAtOnce) {
    const numbers = Array.from(
      { length: Math.min(textsAtOnce, mostStories - at, to - at) },
      (_, offset) => at + offset,
    );
    const records = numbers.map(async (number) => {
      const id = idOf(number);
      const value = {
        article_id: id,
        version: 1,
        visibility: 'public',
        feed_ids: [],
        title: `Stored article ${number}`,
        url: `https://archive.example/${number}`,
        language: 'en',
        published_at: nowMs - number * 1_000,
        model,
        vector: vectorOf(number, runtime.config.vectors.dimensions),
        entities: [`name ${number}`],
        enrichment: null,
      };
      const eventId = derivedId('bench-stored', String(number));
      const headers = eventHeaders({ topic: 'article-embedded', source: 'bench', eventId, isTombstone: false, nowMs });
      return {
        topic: 'article-embedded',
        key: id,
        value: await runtime.codec.encode('article-embedded', value),
        headers,
      };
    });
    await producer.send(await Promise.all(records));
  }
}
