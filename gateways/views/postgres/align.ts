import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import { listDeadLetters } from '../../../streams/dead-letter.ts';
import { FatalError } from '../../../streams/errors.ts';
import type { Kafka, KafkaAdmin, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import { groupOf } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { type AlignedPosition, alignPositions, placeOf, readPositions } from './positions.ts';

/** A process that was killed counts as a member until its session has timed out, 15 s. */
const membersWaitMs = 30_000;

/** A partition as the topic, the group and the store see it. */
interface Standing {
  readonly topic: string;
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
  /** Committed by the group. */
  readonly committed: bigint | undefined;
  /** In content.positions. */
  readonly stored: bigint | undefined;
}

/**
 * Brings the store's positions and the group's offsets together before the view joins its group. A database that was
 * restored from a backup, or made anew, stands behind the group: what it lacks is read again.
 *
 * @throws FatalError where that is so and another process of the group runs: its offsets cannot be moved then
 * @throws TransientError where Kafka is away
 */
export async function alignWithGroup(
  { kafka, log }: Pick<Runtime, 'kafka' | 'log'>,
  pool: Pool,
  stage: string,
  inputs: readonly string[],
): Promise<void> {
  const group = groupOf(stage);
  await using admin = await kafka.admin();
  const standings = await standingsOf(admin, pool, group, inputs);
  const takenOver: AlignedPosition[] = [];
  const behind: TopicPartitionOffset[] = [];
  let isEmpty: boolean | undefined;
  for (const standing of standings) {
    const { topic, partition, low, high, committed } = standing;
    let { stored } = standing;
    if (stored === undefined && committed === undefined) continue;
    // Rows without positions were stored before there were any; without rows there is nothing to take over.
    if (stored === undefined && !(isEmpty ??= await isEmptyStore(pool))) stored = committed;
    // Past the end: the topic was made anew, and what comes has smaller offsets than what is gone.
    if (stored !== undefined && stored > high) {
      log.warn({ topic, partition, stored: String(stored) }, 'the topic ends before what is stored: it was made anew');
      stored = committed ?? low;
    }
    const from = stored === undefined || stored < low ? low : stored;
    if (committed !== undefined && committed > from) {
      if (await holdsMore(kafka, stage, standing, from)) {
        behind.push({ topic, partition, offset: from });
        stored = from;
      } else {
        stored = committed;
      }
    }
    if (stored !== undefined && stored !== standing.stored)
      takenOver.push({ topic, partition, offset: stored, was: standing.stored });
  }
  if (behind.length > 0) {
    await untilAlone(admin, group, stage);
    const partitions = behind.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) }));
    log.warn({ partitions }, 'the database stands behind the group: what it lacks is read again');
    await admin.setCommitted(group, behind);
  }
  if (takenOver.length > 0) await alignPositions(pool, 'content', takenOver);
}

async function standingsOf(
  admin: KafkaAdmin,
  pool: Pool,
  group: string,
  inputs: readonly string[],
): Promise<readonly Standing[]> {
  // Others of the group go on meanwhile, and store before they commit: read in this order, what is stored lies behind
  // what is committed, or behind the end of the topic, only where it was set back.
  const committed = new Map((await admin.committed(group, inputs)).map((one) => [placeOf(one), one.offset]));
  const stored = await readPositions(pool);
  const standings: Standing[] = [];
  for (const topic of inputs) {
    for (const { partition, low, high } of await admin.watermarks(topic)) {
      const place = placeOf({ topic, partition });
      standings.push({ topic, partition, low, high, committed: committed.get(place), stored: stored.get(place) });
    }
  }
  return standings;
}

async function isEmptyStore(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(
    `select exists (select from content.articles) or exists (select from content.duplicates)
         or exists (select from content.feed_status) as held`,
  );
  return rows[0]?.held !== true;
}

/** Whether what the group has passed and the store has not is more than dead letters, which no store ever gets. */
async function holdsMore(kafka: Kafka, stage: string, standing: Standing, from: bigint): Promise<boolean> {
  const { topic, partition, committed = from } = standing;
  const letters = await listDeadLetters(kafka, { stage, topic, all: true });
  const buried = new Set(letters.filter((one) => one.partition === partition).map(({ offset }) => offset));
  await using admin = await kafka.admin();
  const starts = (await admin.watermarks(topic)).map((mark) => ({
    topic,
    partition: mark.partition,
    offset: mark.partition === partition ? from : mark.high,
  }));
  let isFound = false;
  try {
    await kafka.readToEnd(
      topic,
      (records) => {
        isFound = records.some(
          (one) => one.partition === partition && one.offset < committed && !buried.has(one.offset),
        );
        // One is enough: the rest may be the whole topic.
        return isFound ? Promise.reject(new Error('found')) : Promise.resolve();
      },
      { from: starts },
    );
  } catch (error) {
    if (!isFound) throw error;
  }
  return isFound;
}

async function untilAlone(admin: KafkaAdmin, group: string, stage: string): Promise<void> {
  const deadlineMs = performance.now() + membersWaitMs;
  for (;;) {
    const members = await admin.memberCount(group);
    if (members === 0) return;
    if (performance.now() > deadlineMs) {
      throw new FatalError(
        `the database stands behind ${group}, which ${members} other ${members === 1 ? 'process is' : 'processes are'} a member of: stop every ${stage}, then start one, and what the database lacks is read again`,
      );
    }
    await setTimeout(500);
  }
}
