import { decodeWire, topicTypes } from '../streams/avro.ts';
import type { DeadLetter } from '../streams/dead-letter.ts';
import { table } from './table.ts';

const shownBytes = 2_000;

/** One dead letter for people: the error first, then the message as far as it can be read. */
export function drawDeadLetter(letter: DeadLetter): string {
  const facts = [
    ['id', letter.id],
    ['stage', letter.stage],
    ['from', `${letter.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    ['reason', letter.reason],
    ['error', [letter.exception, letter.message].filter((part) => part !== undefined && part !== '').join(': ')],
    ['tries', String(letter.tries)],
    ['since', new Date(letter.timestampMs).toISOString()],
    ['key', letter.key?.toString() ?? '(none)'],
  ];
  const headers = Object.entries(letter.headers).map(([name, value]) => [name, value.toString()]);
  return [
    table(['', ''], facts).trimStart(),
    '',
    'HEADERS',
    ...(headers.length === 0 ? ['(none)'] : [table(['', ''], headers).trimStart()]),
    '',
    `VALUE (${letter.value?.length ?? 0} bytes)`,
    content(letter),
  ].join('\n');
}

/** As JSON where our schema reads it, else the first bytes as hexadecimal. */
function content({ topic, value }: DeadLetter): string {
  if (value === null) return '(a tombstone)';
  const type = [...topicTypes()].find(([name]) => name === topic)?.[1];
  try {
    if (type !== undefined) return JSON.stringify(decodeWire(type.type, value), null, 2).slice(0, shownBytes);
  } catch {
    // Not readable as what it should be: that may be why it is here.
  }
  const hexadecimal = value.subarray(0, shownBytes / 4).toString('hex');
  return value.length > shownBytes / 4 ? `${hexadecimal}…` : hexadecimal;
}
