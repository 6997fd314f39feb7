import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { connectorSettings } from '../../domain/connectors.ts';
import { credentialsSchema } from '../../domain/credentials.ts';

const page = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');

test.each(connectorSettings)(
  'docs/sources.md tells of the connector $name and all its settings',
  ({ config, types, name, credentials }) => {
    const { properties = {} } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
    const line = page
      .split('\n')
      .find(
        (each) =>
          each.startsWith('|') && each.includes(`\`${name}\``) && types.every((type) => each.includes(`\`${type}\``)),
      );
    expect(line).toBeDefined();
    expect(credentials.filter((kind) => line?.includes(kind) !== true)).toEqual([]);
    expect(Object.keys(properties).filter((setting) => !page.includes(`\`${setting}\``))).toEqual([]);
  },
);

test('docs/sources.md tells of every kind of credentials', () => {
  const kinds = credentialsSchema.options.map(({ shape }) => shape.kind.value);
  expect(kinds.filter((kind) => !page.includes(`| \`${kind}\``))).toEqual([]);
});
