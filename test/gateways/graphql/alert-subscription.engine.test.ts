import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import type { Service } from '../../../streams/service.ts';
import { raise } from '../notify/notifying.ts';
import { openWorld, type World } from '../world.ts';

const other = '22222222-2222-4222-8222-222222222222';
const soon = { timeout: 20_000, interval: 50 };
let world: World;
let service: Service | undefined;

beforeAll(async () => {
  world = await openWorld();
  service = await graphql.open(world.runtime);
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
});
afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

/** Follows by server-sent events; what came stands in the array. */
async function follow(args = '') {
  const ending = new AbortController();
  const response = await fetch(service?.address ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: `subscription { alertRaised${args} { title kind } }` }),
    signal: ending.signal,
  });
  const titles: string[] = [];
  let text = '';
  const ended = (async () => {
    for await (const bytes of response.body ?? []) {
      text += new TextDecoder().decode(bytes);
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const [, json = '{}'] of events.flatMap((event) => [...event.matchAll(/^data: ?(\{.*)$/gmu)])) {
        titles.push(JSON.parse(json).data.alertRaised.title);
      }
    }
  })().catch(() => undefined);
  return {
    titles,
    type: response.headers.get('content-type'),
    async end() {
      ending.abort();
      await ended;
    },
  };
}

test('alerts arrive as they are raised, once, and those of other organisations do not', async () => {
  await raise(world, { window: 'before' });
  const all = await follow();
  const some = await follow('(kind: "source_failing")');
  expect(all.type).toContain('text/event-stream');
  let number = 0;
  const arrives = async () => {
    number += 1;
    await raise(world, { window: `probe ${number}` });
    return all.titles.length;
  };
  await expect.poll(arrives, { timeout: 20_000, interval: 300 }).toBeGreaterThan(0);
  await raise(world, { window: 'theirs', organization_id: other });
  await raise(world, { window: 'lag' }, { window: 'source', kind: 'source_failing' });
  await raise(world, { window: 'last', kind: 'source_failing' });
  await expect.poll(() => some.titles, soon).toEqual(['alert source', 'alert last']);
  await expect.poll(() => all.titles.at(-1), soon).toBe('alert last');
  expect(all.titles).not.toContain('alert before');
  expect(all.titles).not.toContain('alert theirs');
  expect(new Set(all.titles).size).toBe(all.titles.length);
  await all.end();
  await some.end();
});

test('a reader that goes is forgotten, so that others find a place', async () => {
  for (let round = 0; round < 3; round += 1) {
    const readers = await Promise.all(Array.from({ length: 60 }, () => follow()));
    expect(readers.map(({ type }) => type)).toEqual(readers.map(() => expect.stringContaining('text/event-stream')));
    await Promise.all(readers.map((reader) => reader.end()));
  }
});
