import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRecords } from '../../schemas/load.ts';
import { maxRecordBytes } from '../../streams/limits.ts';
import { topicSettings } from '../../streams/setup-topics.ts';
import { deadLetterRetentionMs, deadLetterTopic, topics, type Topic } from '../../streams/topics.ts';

const dayMs = 86_400_000;
const page = readFileSync(new URL('../../docs/topics.md', import.meta.url), 'utf8');
const words = page.replaceAll(/\s+/gu, ' ');

describe('docs/topics.md', () => {
  test('has the table of topics as streams/topics.ts has it', () => {
    const records = loadRecords();
    const rows = Object.entries<Topic>(topics).map(([name, { key, retention, schema, holds }]) => {
      const kept = retention.kind === 'compacted' ? 'latest by key' : `${retention.afterMs / dayMs} d`;
      return [name, key, kept, records.get(schema)?.name, holds];
    });
    const deadLetters = [
      deadLetterTopic,
      'of the message',
      `${deadLetterRetentionMs / dayMs} d`,
      'of the message',
      'Messages that could not be processed',
    ];
    expect(tableRows()).toEqual([...rows, deadLetters]);
  });

  test('promises of compaction and size what topics are made with', () => {
    const compacted = topicSettings({ partitions: 1, replication: 1 }).filter(
      ({ config }) => config['cleanup.policy'] === 'compact',
    );
    expect(compacted.length).toBeGreaterThan(0);
    for (const { config } of compacted) {
      expect(config['min.compaction.lag.ms']).toBe(String(dayMs / 24));
      expect(config['delete.retention.ms']).toBe(String(7 * dayMs));
    }
    expect(words).toContain('Every record stays for an hour');
    expect(words).toContain('a tombstone for 7 days');
    expect(words).toContain(`Values have at most ${maxRecordBytes / 1_000_000} MB`);
  });

  test('promises that readers of before see the default of an enum, and every enum has one', () => {
    const enums = [...JSON.stringify([...loadRecords().values()]).matchAll(/\{"type":"enum"[^}]*\}/gu)];
    expect(enums.length).toBeGreaterThan(0);
    expect(enums.filter(([text]) => !text.includes('"default"'))).toEqual([]);
  });
});

/** The cells of the page's only table, without its head. */
function tableRows(): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
