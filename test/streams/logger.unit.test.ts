import { expect, test } from 'vitest';
import { createLogger, withoutCredentials } from '../../streams/logger.ts';

test.for<[string, string]>([
  ['postgres://mimir:secret@host/db', 'postgres://mimir:***@host/db'],
  ['redis://:secret@host:1', 'redis://:***@host:1'],
  ['at https://host/path, mail me@host', 'at https://host/path, mail me@host'],
])('%s is logged as %s', ([text, logged]) => {
  expect(withoutCredentials(text)).toBe(logged);
});

test('a line is one JSON object with level, time and fields, and without secrets', () => {
  const lines: string[] = [];
  const log = createLogger('info', { process: 'test' }, { write: (line) => void lines.push(line) });
  log.debug('not this');
  log.info({ password: 'x', nested: { token: 'y' }, kept: 1 }, 'hello');
  log.error({ err: new Error('to redis://u:pw@h', { cause: new Error('redis://u:pw@h') }) }, 'failed');
  const [hello, failed] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toHaveLength(2);
  expect(hello).toMatchObject({
    level: 'info',
    process: 'test',
    msg: 'hello',
    password: '***',
    nested: { token: '***' },
    kept: 1,
  });
  expect(hello?.['time']).toMatch(/^\d{4}-/u);
  expect(JSON.stringify(failed)).not.toContain('pw@');
});
