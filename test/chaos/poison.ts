import { randomBytes } from 'node:crypto';
import { stages } from '../../cli/actors.ts';
import { derivedId } from '../../domain/identity.ts';
import { nothingFound } from '../../processors/enrich/enricher.ts';
import { extractArticle } from '../../processors/extract/extract-article.ts';
import type { RawArticle } from '../../schemas/types.ts';
import type { Codec } from '../../streams/codec.ts';
import { UndecodableError } from '../../streams/errors.ts';
import type { TopicName, TopicValues } from '../../streams/topics.ts';
import type { PoisonKind, PoisonLine } from './ledger.ts';
import type { Random } from './random.ts';

const poisonedTopics = [
  'raw-article',
  'raw-article',
  'article',
  'article-unique',
  'article-duplicate',
  'article-enriched',
  'article-embedded',
  'collect-request',
  'collect-request-page',
] as const satisfies readonly TopicName[];
type PoisonedTopic = (typeof poisonedTopics)[number];

const hugeKeyBytes = 1_000_000;
/** Each is kept in the ledger: more of them would only fill the disk. */
const mostHugeKeys = 12;

/** Makes records that no stage can use, and knows which stages meet each. */
export class PoisonMaker {
  readonly #codec: Codec;
  readonly #random: Random;
  readonly #run: string;
  #made = 0;
  #hugeKeys = 0;

  constructor(codec: Codec, random: Random, run: string) {
    this.#codec = codec;
    this.#random = random;
    this.#run = run;
  }

  async make(sample: RawArticle): Promise<PoisonLine> {
    this.#made += 1;
    const kind = this.#kind();
    const topic = this.#topicFor(kind);
    const key = derivedId('poison', `${this.#run} ${this.#made}`);
    const whole = await this.#codec.encode(topic, valueFor(topic, { ...sample, article_id: key }));
    const value = bytesOf(kind, whole);
    if (kind === 'bad-avro' || kind === 'truncated') await assertUnreadable(this.#codec, topic, value);
    const eventId = derivedId('poison-event', `${this.#run} ${this.#made}`);
    return {
      kind: 'poison',
      what: kind,
      topic,
      eventId,
      // Only a store refuses what breaks its constraint; everything else cannot be read by anyone.
      stages:
        kind === 'constraint'
          ? ['view-postgres']
          : stages.filter(({ inputs }) => inputs.includes(topic)).map(({ name }) => name),
      key: kind === 'null-key' ? null : keyBytes(kind, key).toString('base64'),
      value: value.toString('base64'),
      headers: { event_id: eventId, 'chaos-kind': kind },
    };
  }

  #topicFor(kind: PoisonKind): PoisonedTopic {
    // The broker itself refuses a record without a key where a topic is compacted.
    if (kind === 'null-key') return 'raw-article';
    return kind === 'constraint' ? 'article-duplicate' : this.#random.pick(poisonedTopics);
  }

  #kind(): PoisonKind {
    const kind = this.#random.pick([
      'bad-avro',
      'unknown-schema-id',
      'null-key',
      'truncated',
      'huge-key',
      'constraint',
    ] as const);
    if (kind !== 'huge-key') return kind;
    this.#hugeKeys += 1;
    return this.#hugeKeys <= mostHugeKeys ? kind : 'null-key';
  }
}

function keyBytes(kind: PoisonKind, key: string): Buffer {
  return kind === 'huge-key' ? Buffer.alloc(hugeKeyBytes, key) : Buffer.from(key);
}

/** The wire format: a zero, the schema's id in four bytes, Avro. */
function bytesOf(kind: PoisonKind, whole: Buffer): Buffer {
  const start = whole.subarray(0, 5);
  if (kind === 'bad-avro') return Buffer.concat([start, Buffer.alloc(16, 0xff), randomBytes(48)]);
  if (kind === 'truncated') return whole.subarray(0, Math.floor(whole.length / 2));
  if (kind === 'unknown-schema-id') {
    const foreign = Buffer.from(whole);
    foreign.writeInt32BE(900_000_001, 1);
    return foreign;
  }
  return whole;
}

async function assertUnreadable(codec: Codec, topic: TopicName, value: Buffer): Promise<void> {
  try {
    await codec.decode(topic, value);
  } catch (error) {
    if (error instanceof UndecodableError) return;
    throw error;
  }
  throw new Error(`this was to be poison for ${topic} and can be read: ${value.toString('base64')}`);
}

function valueFor(topic: PoisonedTopic, raw: RawArticle): TopicValues[PoisonedTopic] {
  const article = extractArticle(raw);
  const { article_id, version } = article;
  switch (topic) {
    case 'raw-article':
      return raw;
    case 'article':
    case 'article-unique':
      return article;
    case 'article-enriched':
      return {
        article_id,
        version,
        article,
        ...nothingFound,
        language: 'en',
        language_confidence: 1,
        word_count: 1,
        reading_time_seconds: 1,
        skipped: [],
      };
    case 'collect-request':
    case 'collect-request-page':
      return {
        request_id: article_id,
        kind: 'feed',
        reason: 'schedule',
        feed_id: article_id,
        connector: 'feed',
        config: '{}',
        url: article.url,
        visibility: 'public',
        requested_at: article.fetched_at,
        entry: null,
        credentials: null,
        delay_ms: 0,
      };
    case 'article-duplicate':
      return { article_id, original_id: 'no uuid', reason: 'same_text', score: 1, version, method: 'chaos' };
    default:
      return {
        article_id,
        version,
        visibility: article.visibility,
        feed_ids: article.feed_ids,
        title: article.title,
        url: article.url,
        language: null,
        published_at: article.published_at,
        model: 'chaos',
        vector: Array.from({ length: 384 }, (_, at) => (at === 0 ? 1 : 0)),
        entities: [],
        enrichment: null,
      };
  }
}
