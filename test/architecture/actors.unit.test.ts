import { describe, expect, test } from 'vitest';
import { actorNames, processGroups } from '../../cli/actors.ts';
import { connectorSettings, settingsOfType, sourceTypes } from '../../domain/connectors.ts';
import { connectors } from '../../processors/collect/connectors.ts';

test.each(actorNames)('%s runs in one process of `mimir up` (processGroups in cli/actors.ts)', (name) => {
  expect(processGroups.filter(({ actors }) => actors.includes(name))).toHaveLength(1);
});

describe('what a person may call a source (types in domain/connectors/*.ts)', () => {
  test.each(sourceTypes)('%s is read by a connector that exists', (type) => {
    expect(connectors.map(({ name }) => name)).toContain(settingsOfType(type)?.name);
  });

  test.each(connectors)('the connector $name can be asked for', ({ name, types }) => {
    expect(types.map((type) => settingsOfType(type)?.name)).toContain(name);
  });

  test('every connector has its settings listed, and every settings their connector', () => {
    expect(connectorSettings.map(({ name }) => name)).toEqual(connectors.map(({ name }) => name));
    expect(new Set(sourceTypes).size).toBe(sourceTypes.length);
  });
});
