import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, openPostgres } from '../../../gateways/postgres.ts';
import { alignWithGroup } from '../../../gateways/views/postgres/align.ts';
import { alignPositions, readPositions, setPositions } from '../../../gateways/views/postgres/positions.ts';
import { writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import { deadLetterRecord } from '../../../streams/dead-letter.ts';
import { createMemoryKafka, type MemoryKafka } from '../../../streams/kafka/memory.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { article } from './messages.ts';
import { log } from './running-stage.ts';

const topic = 'article-enriched';
const group = 'mimir.view-postgres';
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = openPostgres(database.url, { log, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => pool.query('truncate content.positions, content.articles, content.article_feeds'));

interface Situation {
  readonly records?: number;
  readonly committed?: number;
  readonly stored?: number;
  readonly hasRows?: boolean;
  /** Offsets of messages that the view gave up. */
  readonly dead?: readonly number[];
}

async function arrange({
  records = 10,
  committed,
  stored,
  hasRows = true,
  dead = [],
}: Situation): Promise<MemoryKafka> {
  const kafka = createMemoryKafka();
  for (const name of [topic, deadLetterTopic]) {
    kafka.topics.create({ name, partitions: 1, replicationFactor: 1, config: {} });
  }
  for (let at = 0; at < records; at += 1) kafka.topics.append([{ topic, key: 'k', value: Buffer.from('v') }], 0);
  for (const offset of dead) {
    const record = { topic, partition: 0, offset: BigInt(offset), key: null, value: null, headers: {}, timestampMs: 0 };
    const fault = { stage: 'view-postgres', reason: 'poison', tries: 3, timestampMs: 0 };
    kafka.topics.append([deadLetterRecord(record, fault)], 0);
  }
  await using admin = await kafka.admin();
  if (committed !== undefined) await admin.setCommitted(group, [{ topic, partition: 0, offset: BigInt(committed) }]);
  if (stored !== undefined) await setPositions(pool, 'content', [{ topic, partition: 0, offset: BigInt(stored) }]);
  if (hasRows) await inTransaction(pool, (client) => writeToPostgres(client, 'content', [article(1, 1)]));
  return kafka;
}

async function standing(kafka: MemoryKafka): Promise<{ committed: number | null; stored: number | null }> {
  await using admin = await kafka.admin();
  const [committed] = await admin.committed(group, [topic]);
  const stored = (await readPositions(pool)).get(`${topic}/0`);
  return {
    committed: committed === undefined ? null : Number(committed.offset),
    stored: stored === undefined ? null : Number(stored),
  };
}

test.each([
  ['that store nothing but dead letters', [5, 6, 7]],
  ['that store messages', []],
])('others of the group %s while it looks are not set back', async (_, dead) => {
  const kafka = await arrange({ committed: 5, stored: 5, dead });
  /** The other process stores, and commits a moment later. */
  const goOn = async (stored: number, committed: number): Promise<void> => {
    await setPositions(pool, 'content', [{ topic, partition: 0, offset: BigInt(stored) }]);
    await using admin = await kafka.admin();
    await admin.setCommitted(group, [{ topic, partition: 0, offset: BigInt(committed) }]);
  };
  const watched: Pick<MemoryKafka, 'admin' | 'readToEnd'> = {
    readToEnd: (...args) => kafka.readToEnd(...args),
    async admin() {
      const admin = await kafka.admin();
      const committed: typeof admin.committed = async (...args) => {
        await goOn(8, 8);
        const answer = await admin.committed(...args);
        await goOn(10, 8);
        return answer;
      };
      return new Proxy(admin, {
        get: (target, name) => (name === 'committed' ? committed : Reflect.get(target, name)),
      });
    },
  };
  await alignWithGroup({ kafka: watched as MemoryKafka, log }, pool, 'view-postgres', [topic]);
  expect(await standing(kafka)).toEqual({ committed: 8, stored: 10 });
});

const at = (offset: number) => ({ topic, partition: 0, offset: BigInt(offset) });

test('a position is aligned only while it is as it was', async () => {
  const stands = async () => Number((await readPositions(pool)).get(`${topic}/0`));
  await alignPositions(pool, 'content', [{ ...at(3), was: undefined }]);
  expect(await stands()).toBe(3);
  await alignPositions(pool, 'content', [{ ...at(7), was: undefined }]);
  expect(await stands()).toBe(3);
  await alignPositions(pool, 'content', [{ ...at(7), was: 2n }]);
  expect(await stands()).toBe(3);
  await alignPositions(pool, 'content', [{ ...at(1), was: 3n }]);
  expect(await stands()).toBe(1);
});

describe('when the view opens', () => {
  test.each<[string, Situation, { committed: number | null; stored: number | null }]>([
    ['nothing was read yet: nothing is set', { hasRows: false }, { committed: null, stored: null }],
    [
      'rows from before there were positions: the group’s offset is taken over',
      { committed: 7 },
      { committed: 7, stored: 7 },
    ],
    [
      'a database made anew is filled from the beginning',
      { committed: 7, hasRows: false },
      { committed: 0, stored: 0 },
    ],
    ['a database from a backup: what it lacks is read again', { committed: 7, stored: 4 }, { committed: 4, stored: 4 }],
    ['the store ahead, as after a crash: nothing is set', { committed: 4, stored: 7 }, { committed: 4, stored: 7 }],
    [
      'dead letters are nothing that the store lacks',
      { committed: 7, stored: 5, dead: [5, 6] },
      { committed: 7, stored: 7 },
    ],
    ['dead letters and one message more', { committed: 8, stored: 5, dead: [5, 7] }, { committed: 5, stored: 5 }],
    ['a topic that was made anew is read', { records: 3, stored: 700 }, { committed: null, stored: 0 }],
    [
      'a topic that was made anew and partly read',
      { records: 3, committed: 2, stored: 700 },
      { committed: 2, stored: 2 },
    ],
  ])('%s', async (_title, situation, expected) => {
    const kafka = await arrange(situation);
    await alignWithGroup({ kafka, log }, pool, 'view-postgres', [topic]);
    expect(await standing(kafka)).toEqual(expected);
    await alignWithGroup({ kafka, log }, pool, 'view-postgres', [topic]);
    expect(await standing(kafka)).toEqual(expected);
  });
});
