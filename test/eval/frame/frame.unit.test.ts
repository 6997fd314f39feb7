import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bootstrap } from './bootstrap.ts';
import { recordsOf } from './records.ts';
import { reportOf } from './report.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'mimir-eval-'));
afterAll(() => rmSync(folder, { recursive: true }));
const schema = z.object({ text: z.string(), score: z.number() });

function written(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

test('reads one object a line, also packed, and the files of a folder by name', () => {
  written('set/b.jsonl', '\uFEFF{"text":"b","score":2}\n\n');
  written('set/a.jsonl.gz', gzipSync('{"text":"a","score":1}\r\n{"text":"é","score":1}'));
  written('set/README.md', 'no records');
  expect(recordsOf(path.join(folder, 'set'), schema).map(({ text }) => text)).toEqual(['a', 'é', 'b']);
});

test.each([
  ['no JSON', '{"text":"a","score":1}\n{text', /bad\.jsonl:2 is no JSON/u],
  ['another type', '{"text":"a","score":"1"}', /bad\.jsonl:1: score: .*number/u],
  ['a missing field', '{"score":1}', /bad\.jsonl:1: text/u],
  ['nothing', '\n', /holds no record/u],
])('says file, line and field of a record that does not fit: %s', (_, content, message) => {
  expect(() => recordsOf(written('bad.jsonl', content), schema)).toThrow(message);
});

test('says that a path does not exist, or that a folder holds nothing to read', () => {
  expect(() => recordsOf(path.join(folder, 'none'), schema)).toThrow(/none does not exist/u);
  mkdirSync(path.join(folder, 'empty'));
  expect(() => recordsOf(path.join(folder, 'empty'), schema)).toThrow(/no .jsonl/u);
});

const meanOf = (drawn: readonly number[]) => drawn.reduce((sum, value) => sum + value, 0) / drawn.length;

test('an interval lies around its figure, leaves out draws that say nothing, and is the same in every run', () => {
  const samples = Array.from({ length: 200 }, (_, at) => at % 2);
  const interval = bootstrap(samples, meanOf);
  expect(interval.low).toBeGreaterThan(0.4);
  expect(interval.low).toBeLessThan(0.5);
  expect(interval.high).toBeGreaterThan(0.5);
  expect(bootstrap(samples, meanOf)).toEqual(interval);
  expect(bootstrap([0, 1], (drawn) => (drawn[0] === 0 ? Number.NaN : 1))).toEqual({ low: 1, high: 1 });
});

test('a report aligns its tables, numbers to the right, and cuts long texts', () => {
  const report = reportOf('set', {
    records: 1_200,
    figures: [
      { name: 'accuracy', value: 0.98765, interval: { low: 0.9, high: 1 } },
      { name: 'ms a text', value: 12.345, interval: null, digits: 1 },
    ],
    tables: [
      {
        title: 'errors',
        heads: ['text', 'count'],
        rows: [
          ['x'.repeat(100), 7],
          ['two\nlines', 12],
        ],
      },
      { title: 'nothing here', heads: ['text'], rows: [] },
    ],
    notes: ['method-1'],
  });
  expect(report.split('\n')).toEqual([
    '1,200 records of set',
    '',
    'figure     value   95 % interval',
    'accuracy   0.9877  0.9000 to 1.0000',
    'ms a text  12.3',
    '',
    'errors',
    `${'text'.padEnd(72)}  count`,
    `${'x'.repeat(71)}…      7`,
    `${'two lines'.padEnd(72)}     12`,
    '',
    'method-1',
  ]);
});
