import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withEdits } from './faulty/edit.ts';
import { faults, puttingOff } from './faulty/faults.ts';

describe('the faulty builds', () => {
  test.each([...faults, puttingOff])(
    '$name: the lines that it changes stand exactly once in the source',
    ({ edits }) => {
      for (const [file, some] of Map.groupBy(edits, (edit) => edit.file)) {
        const source = readFileSync(file, 'utf8');
        expect(withEdits(source, some)).not.toBe(source);
      }
    },
  );

  test('are ten', () => {
    expect(faults.map(({ name }) => name)).toEqual([
      'dropped',
      'doubled',
      'swapped',
      'reordered',
      'wrong-content',
      'early-commit',
      'skipped-guard',
      'blind-increment',
      'counted-up',
      'alerted-anew',
    ]);
  });
});
