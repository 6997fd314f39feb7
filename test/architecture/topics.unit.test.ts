import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stages } from '../../cli/actors.ts';
import { pipeline } from '../../processors/pipeline.ts';
import { topics } from '../../streams/topics.ts';

describe('the topology', () => {
  test.each(Object.entries(topics))('%s has a schema in schemas/avro', (_, topic) => {
    expect(existsSync(new URL(`../../schemas/avro/${topic.schema}.avsc`, import.meta.url))).toBe(true);
  });

  /** What only other teams read. */
  const published: readonly string[] = ['alert', 'article-metric', 'article-routed'];
  test.each(Object.keys(topics).filter((topic) => !published.includes(topic)))(
    '%s is read by a stage or a view',
    (topic) => {
      expect(
        stages.filter(({ inputs, tables = [] }) => ([...inputs, ...tables] as readonly string[]).includes(topic)),
      ).not.toEqual([]);
    },
  );

  const architecture = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
  const drawing = /^## The flow\n\n```\n(.*?)^```/ms.exec(architecture)?.[1] ?? '';
  test.each([...Object.keys(topics), ...stages.map(({ name }) => name)])(
    '%s is in the drawing of ARCHITECTURE.md',
    (name) => {
      expect(drawing.split(/[^\w-]+/)).toContain(name);
    },
  );

  test('gives every stage a name of its own', () => {
    const names = stages.map((stage) => stage.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has one writer for each topic that a stage writes', () => {
    const written = pipeline.flatMap((stage) => stage.outputs);
    expect(written.toSorted()).toEqual([...new Set(written)].toSorted());
  });
});
