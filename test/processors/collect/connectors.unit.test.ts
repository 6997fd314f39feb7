import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectorNamed, connectors } from '../../../processors/collect/connectors.ts';
import { SourceProblem } from '../../../processors/collect/source-problem.ts';

test('the registry lists every file of the folder, under its name', () => {
  const folder = new URL('../../../processors/collect/connectors/', import.meta.url);
  const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
  expect(files.length).toBeGreaterThan(0);
  expect(connectors.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
});

describe.each(connectors)('the connector $name', (connector) => {
  test('says in a sentence what it is for', () => {
    expect(connector.purpose).toMatch(/^[A-Z].+\.$/);
    expect(typeof connector.requires_auth).toBe('boolean');
  });

  test('refuses a configuration that it does not know', async () => {
    const context = {
      url: '',
      validators: null,
      credentials: null,
      nowMs: 0,
      get: () => Promise.reject(new Error('asked')),
      parse: () => Promise.reject(new Error('parsed')),
      read: {
        list: () => Promise.reject(new Error('read')),
        sitemap: () => Promise.reject(new Error('read')),
      },
    };
    await expect(connector.collect(context, { nonsense: 1 })).rejects.toThrow(SourceProblem);
  });
});

test('an unknown connector is answered with those that there are', () => {
  expect(() => connectorNamed('gopher')).toThrow(/no connector "gopher".*feed/);
});
