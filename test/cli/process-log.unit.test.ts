import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProcessLog } from '../../cli/up/process-log.ts';
import { temporaryFolder } from '../infra/temporary-folder.ts';

test('a log goes on where it ended, and begins anew beside the old one when it is full', () => {
  const file = join(temporaryFolder(), 'serve.log');
  for (const lines of [['1\n', '2\n'], ['3\n', '4\n', '5\n'], ['6\n']]) {
    const log = openProcessLog(file, 6);
    for (const line of lines) log.write(Buffer.from(line));
    log.close();
  }
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('1\n2\n3\n');
  expect(readFileSync(file, 'utf8')).toBe('4\n5\n6\n');
});

test.skipIf(!existsSync('/dev/full'))('a full disk costs lines and ends nothing', () => {
  const file = join(temporaryFolder(), 'serve.log');
  symlinkSync('/dev/full', file);
  const log = openProcessLog(file);
  expect(() => log.write(Buffer.from('lost\n'))).not.toThrow();
  log.close();
});
