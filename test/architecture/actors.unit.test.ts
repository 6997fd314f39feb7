import { describe, expect, test } from 'vitest';
import { actorNames, processGroups } from '../../cli/actors.ts';
import { connectorOfType, sourceTypes } from '../../gateways/services/source-input.ts';
import { connectors } from '../../processors/collect/connectors.ts';

test.each(actorNames)('%s runs in one process of `mimir up` (processGroups in cli/actors.ts)', (name) => {
  expect(processGroups.filter(({ actors }) => actors.includes(name))).toHaveLength(1);
});

describe('what a person may call a source (connectorOfType in gateways/services/source-input.ts)', () => {
  test.each(sourceTypes)('%s is read by a connector that exists', (type) => {
    expect(connectors.map(({ name }) => name)).toContain(connectorOfType[type]);
  });

  test.each(connectors)('the connector $name can be asked for', ({ name }) => {
    expect(sourceTypes.map((type) => connectorOfType[type] as string)).toContain(name);
  });
});
