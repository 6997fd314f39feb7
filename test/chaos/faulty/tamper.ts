import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { OutgoingRecord } from '../../../streams/kafka/port.ts';
import type { LedgerLine } from '../ledger.ts';

/** What faulty builds do to the records of this topic on their way to the producer. */
const tamperedTopic = 'article-unique';
const everyNth = 40;

let seen = 0;

function isTurn({ topic }: OutgoingRecord): boolean {
  if (topic !== tamperedTopic) return false;
  seen += 1;
  return seen % everyNth === 0;
}

export function dropped(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  return records.filter((record) => !isTurn(record));
}

export function doubled(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  return records.flatMap((record) => {
    if (!isTurn(record)) return [record];
    const eventId = randomUUID();
    return [record, { ...record, headers: { ...record.headers, event_id: eventId, ce_id: eventId } }];
  });
}

/** The values of two neighbours, under the other's key. */
export function swapped(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  const [first, second] = records.filter(({ topic }) => topic === tamperedTopic);
  if (first === undefined || second === undefined || first.key === second.key) return records;
  return records.map((record) => {
    if (record === first) return { ...first, value: second.value };
    return record === second ? { ...second, value: first.value } : record;
  });
}

export function misspelt(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  return records.map((record) => {
    const at = record.value?.indexOf(' edition ') ?? -1;
    if (at < 0 || record.value === null || !isTurn(record)) return record;
    const value = Buffer.from(record.value);
    value.write('E', at + 1);
    return { ...record, value };
  });
}

const held = new Map<string, OutgoingRecord>();
let keysWithVersions: ReadonlySet<string> | undefined;

export function reordered(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  keysWithVersions ??= readKeysWithVersions();
  return records.flatMap((record) => {
    const key = String(record.key);
    if (record.topic !== tamperedTopic || keysWithVersions?.has(key) !== true) return [record];
    const earlier = held.get(key);
    held.set(key, record);
    if (earlier === undefined) return [];
    return earlier.value === null ? [record] : [record, markSent(key, earlier)];
  });
}

/** The third version of an article follows as it should. */
function markSent(key: string, earlier: OutgoingRecord): OutgoingRecord {
  held.set(key, { ...earlier, value: null });
  return earlier;
}

function readKeysWithVersions(): ReadonlySet<string> {
  const lines = readFileSync(process.env['CHAOS_LEDGER'] ?? '', 'utf8').split('\n');
  const parsed = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerLine);
  return new Set(parsed.flatMap((line) => (line.kind === 'article' && line.number > 1 ? [line.id] : [])));
}
