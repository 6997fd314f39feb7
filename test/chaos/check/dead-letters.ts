import type { Kafka, KafkaRecord, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import type { Ledger } from '../ledger.ts';
import type { Report } from './findings.ts';

const prefix = '__streams.errors.';

/**
 * Every poison message and nothing else, byte for byte: one letter of each stage that met it. A letter that comes again
 * after a crash tells the same place, by which its reader knows it.
 *
 * @returns how many there are, and how many of them are such repeats
 */
export async function checkDeadLetters(
  kafka: Kafka,
  { poison }: Pick<Ledger, 'poison'>,
  from: readonly TopicPartitionOffset[],
  report: Report,
): Promise<{ readonly letters: number; readonly repeats: number }> {
  const where = deadLetterTopic;
  const found = new Map<string, KafkaRecord[]>();
  const places = new Set<string>();
  let letters = 0;
  let repeats = 0;
  await kafka.readToEnd(
    deadLetterTopic,
    async (records) => {
      for (const record of records) {
        letters += 1;
        const said = (name: string): string => record.headers[prefix + name]?.toString() ?? '';
        const place = `${said('stage')} ${said('topic')}/${said('partition')}/${said('offset')}`;
        if (places.has(place)) {
          repeats += 1;
          continue;
        }
        places.add(place);
        const id = `${record.headers['event_id']?.toString() ?? place} ${said('stage')}`;
        found.set(id, [...(found.get(id) ?? []), record]);
      }
    },
    { from },
  );
  for (const line of poison) {
    for (const stage of line.stages) {
      const id = `${line.eventId} ${stage}`;
      const records = found.get(id);
      found.delete(id);
      if (records === undefined) {
        report('lost', where, line.eventId, `${line.what} in ${line.topic} gave no dead letter of ${stage}`);
      }
      // A poison message that was produced twice lies in the topic twice, and so do its letters.
      for (const record of records ?? []) {
        const difference = differenceOf(record, line);
        if (difference !== undefined) report('wrong-content', where, line.eventId, `${line.what}: ${difference}`);
      }
    }
  }
  for (const [id, [record]] of found) {
    const said = (name: string): string => record?.headers[prefix + name]?.toString() ?? '';
    report(
      'unseen',
      where,
      id,
      `${said('stage')} gave up ${said('topic')}: ${said('reason')} ${said('message').slice(0, 200)}`,
    );
  }
  return { letters, repeats };
}

function differenceOf(record: KafkaRecord, line: Ledger['poison'][number]): string | undefined {
  if ((record.key?.toString('base64') ?? null) !== line.key) return 'another key';
  if ((record.value?.toString('base64') ?? null) !== line.value) return 'another value';
  const headers = Object.entries(record.headers).filter(([name]) => !name.startsWith(prefix));
  const isSame =
    headers.length === Object.keys(line.headers).length &&
    headers.every(([name, value]) => line.headers[name] === value.toString());
  return isSame ? undefined : 'other headers';
}
