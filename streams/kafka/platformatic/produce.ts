import { createAPI, produceV9, Writer, type Connection } from '@platformatic/kafka';
import type { TopicPartition } from '../port.ts';
import { ask } from './connections.ts';
import { typeOf } from './errors.ts';

const allInSyncReplicas = -1;
/** How long the broker may wait for its replicas. */
const replicationTimeoutMs = 15_000;
const answerDeadlineMs = replicationTimeoutMs + 5_000;

export interface Batch extends TopicPartition {
  readonly bytes: Buffer;
}

export interface Acknowledged extends TopicPartition {
  /** Kafka's name for what went wrong, undefined where every in-sync replica has the batch. */
  readonly fault: string | undefined;
  readonly detail: string | null;
}

/** One request to the broker that leads all of these partitions, a batch for each. */
export async function produce(connection: Connection, batches: readonly Batch[]): Promise<readonly Acknowledged[]> {
  const answer = await ask(connection, answerDeadlineMs, produceApi, batches);
  return answer.responses.flatMap(({ name, partitionResponses }) =>
    partitionResponses.map(({ index, errorCode, errorMessage }) => ({
      topic: name,
      partition: index,
      fault: typeOf(errorCode),
      detail: errorMessage ?? null,
    })),
  );
}

const produceApi = createAPI<[batches: readonly Batch[]], ReturnType<typeof produceV9.parseResponse>>(
  produceV9.api.key,
  produceV9.api.version,
  createRequest,
  produceV9.parseResponse,
);

function createRequest(batches: readonly Batch[]): Writer {
  const topics = [...Map.groupBy(batches, ({ topic }) => topic)];
  return Writer.create()
    .appendString(null)
    .appendInt16(allInSyncReplicas)
    .appendInt32(replicationTimeoutMs)
    .appendArray(topics, (writer, [topic, ofTopic]) => {
      writer.appendString(topic).appendArray(ofTopic, (each, { partition, bytes }) => {
        each
          .appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes);
      });
    })
    .appendTaggedFields();
}
