import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { watch } from '../../../gateways/watch/watch.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import type { SavedSearch } from '../../../gateways/services/alerts/saved-searches.ts';
import { TransientError } from '../../../streams/errors.ts';
import { replayStage } from '../../../streams/replay.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Message } from '../../../streams/stage.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { duplicate, enriched, feed, id, judgements, message } from '../views/messages.ts';
import { openWatched, type Watched } from './watching.ts';

const other = '22222222-2222-4222-8222-222222222222';
const soon = { timeout: 30_000, interval: 50 };
let watched: Watched;
let stage: RunningStage;
let number = 0;

beforeAll(async () => {
  watched = await openWatched();
  await watched.world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
});
beforeEach(async () => {
  await watched.world.pool.query('truncate alerts cascade');
  stage = startStage(watch, watched.runtime);
  await stage.ready;
});
afterEach(async () => {
  await stage.stop();
  for (const organization of [undefined, other]) {
    const searches = watched.searchesOf(organization);
    for (const { item } of (await searches.list({ limit: 100 })).items) await searches.remove(item.id);
  }
});
afterAll(() => watched?.[Symbol.asyncDispose]());

/** An article that is collected now, unless told. */
function article(
  at: number,
  version: number,
  fields: { title: string; text?: string; visibility?: string; collectedAt?: number },
): Message<'article-enriched'> {
  const whole = enriched(at, version, { title: fields.title, text: fields.text ?? 'Nothing else.' });
  const { visibility = 'public', collectedAt = Date.now() } = fields;
  return message('article-enriched', id(at), {
    ...whole,
    article: { ...whole.article, visibility, fetched_at: collectedAt, feed_ids: [feed('a')] },
  });
}

/** Saves a search and waits until the stage goes by it. */
async function alerting(query: string, organization?: string): Promise<SavedSearch> {
  number += 1;
  const search = await watched
    .searchesOf(organization)
    .create({ name: `search ${number}`, query, alert_enabled: true });
  await untilLive();
  return search;
}

/** Until a search that is saved now raises an alert: then those of before are live too. */
async function untilLive(): Promise<void> {
  const waiting = async () => (await watched.world.pool.query('select from outbox')).rowCount;
  await expect.poll(waiting, soon).toBe(0);
  number += 1;
  const word = `probe${number}`;
  await watched.searchesOf().create({ name: word, query: word, alert_enabled: true });
  const seen = async (): Promise<boolean> => {
    number += 1;
    await watched.topics.produce([article(1_000 + number, 1, { title: word })]);
    return (await watched.raised()).includes(word);
  };
  await expect.poll(seen, { timeout: 30_000, interval: 300 }).toBe(true);
}

const raised = async (): Promise<readonly string[]> =>
  (await watched.raised()).filter((title) => !title.startsWith('probe'));
/** Records that the stage has not passed yet. */
async function behind(): Promise<number> {
  await using admin = await watched.topics.kafka.admin();
  const committed = await admin.committed('mimir.watch', watch.inputs);
  let missing = 0;
  for (const topic of watch.inputs) {
    for (const { partition, high } of await admin.watermarks(topic)) {
      const at = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? 0n;
      missing += Number(high - at);
    }
  }
  return missing;
}

/** Until the stage has nothing left to do. */
const quiet = async (): Promise<void> => {
  await expect.poll(behind, { timeout: 60_000, interval: 100 }).toBe(0);
};

test('an article that matches raises one alert, which says which clauses matched', async () => {
  const search = await alerting('title:comet AND language:en AND NOT football');
  await watched.topics.produce([
    article(1, 1, { title: 'A comet is seen' }),
    article(2, 1, { title: 'Rain', text: 'A comet.' }),
    article(3, 1, { title: 'A comet at the football' }),
  ]);
  await expect.poll(raised, soon).toEqual(['A comet is seen']);
  await watched.topics.produce([article(1, 1, { title: 'A comet is seen' }), duplicate(1, 2, 1), ...judgements(1, 1)]);
  await quiet();
  const { rows } = await watched.world.pool.query(
    `select kind, subject, saved_search_id, article_id, matched, facts from alerts where title = 'A comet is seen'`,
  );
  expect(rows).toEqual([
    {
      kind: 'saved_search',
      subject: search.id,
      saved_search_id: search.id,
      article_id: id(1),
      matched: ['title:comet', 'language:en', '-football'],
      facts: expect.objectContaining({ url: 'https://news.example/1', site_name: 'News' }),
    },
  ]);
});

test('the streams hear of each alert once, under its id', async () => {
  await alerting('meteor');
  await watched.topics.produce([article(11, 1, { title: 'Meteor' })]);
  await expect.poll(raised, soon).toEqual(['Meteor']);
  const heard = async (): Promise<readonly string[]> => {
    const titles: string[] = [];
    await watched.topics.kafka.readToEnd('alert', async (records) => {
      for (const { key, value } of records) {
        if (value === null) continue;
        const alert = await watched.runtime.codec.decode('alert', value);
        expect(key?.toString()).toBe(alert.alert_id);
        if (alert.title === 'Meteor') titles.push(alert.title);
      }
    });
    return titles;
  };
  await expect.poll(heard, soon).toEqual(['Meteor']);
});

test('what was collected before, and a later version of it, is no news', async () => {
  const before = Date.now() - 3_600_000;
  await watched.topics.produce([article(21, 1, { title: 'Glacier', collectedAt: before })]);
  await quiet();
  await alerting('glacier');
  await watched.topics.produce([
    article(22, 1, { title: 'Glacier too', collectedAt: before }),
    article(21, 2, { title: 'Glacier, revised' }),
    article(23, 1, { title: 'Glacier anew' }),
  ]);
  await quiet();
  expect(await raised()).toEqual(['Glacier anew']);
});

test('a replay of all history raises nothing anew', async () => {
  const search = await alerting('volcano');
  await watched.topics.produce([article(31, 1, { title: 'Volcano' }), article(32, 1, { title: 'Calm' })]);
  await expect.poll(raised, soon).toEqual(['Volcano']);
  await watched.searchesOf().change(search.id, { query: 'volcano OR calm' });
  await stage.stop();
  await replayStage(watched.topics.kafka, watch, { from: 'earliest' });
  stage = startStage(watch, watched.runtime);
  await stage.ready;
  await quiet();
  expect(await raised()).toEqual(['Volcano']);
});

test('a changed query is live, and so is one that was switched off', async () => {
  const search = await alerting('tulip');
  await watched.searchesOf().change(search.id, { query: 'rose' });
  await untilLive();
  await watched.topics.produce([article(41, 1, { title: 'Tulip' }), article(42, 1, { title: 'Rose' })]);
  await expect.poll(raised, soon).toEqual(['Rose']);
  await watched.searchesOf().change(search.id, { alert_enabled: false });
  await untilLive();
  await watched.topics.produce([article(43, 1, { title: 'Rose again' })]);
  await quiet();
  expect(await raised()).toEqual(['Rose']);
});

describe('what comes later', () => {
  test('is waited for: a NOT is not judged before what it is about is known', async () => {
    await alerting('eclipse AND NOT category:sport');
    await watched.topics.produce([
      article(52, 1, { title: 'Eclipse of politics' }),
      article(53, 1, { title: 'Eclipse' }),
    ]);
    await quiet();
    expect(await raised()).toEqual([]);
    const [sport] = judgements(52, 1);
    const none = message('article-categories', id(53), {
      article_id: id(53),
      version: 1,
      visibility: 'public',
      categories: [],
      method: 'test',
      model: 'test',
    });
    await watched.topics.produce([sport as Message, none]);
    await expect.poll(raised, soon).toEqual(['Eclipse']);
  });

  test('is judged also where it found nothing: relevance', async () => {
    await alerting('harvest AND NOT relevance:>0.1');
    await watched.topics.produce([article(54, 1, { title: 'Harvest' })]);
    await quiet();
    expect(await raised()).toEqual([]);
    const [, , nothing] = judgements(54, 1);
    await watched.topics.produce([nothing as Message]);
    await expect.poll(raised, soon).toEqual(['Harvest']);
  });

  test('or before: a copy is known as one, whatever is stored first', async () => {
    await alerting('regatta AND NOT is:copy');
    const link = message('article-duplicate', id(56), {
      article_id: id(56),
      original_id: id(55),
      reason: 'same_text',
      score: 1,
      version: 1,
      method: 'test',
    });
    await watched.topics.produce([
      link,
      article(55, 1, { title: 'Regatta, the original' }),
      article(56, 1, { title: 'Regatta, the copy' }),
    ]);
    await quiet();
    expect(await raised()).toEqual(['Regatta, the original']);
  });
});

test('an organisation sees no other’s searches, and what is private to one alerts no other', async () => {
  const ours = await alerting('lighthouse');
  const theirs = await alerting('lighthouse', other);
  await watched.topics.produce([
    article(61, 1, { title: 'Lighthouse for all' }),
    article(62, 1, { title: 'Lighthouse for them', visibility: other }),
  ]);
  await expect.poll(raised, soon).toEqual(['Lighthouse for all', 'Lighthouse for all', 'Lighthouse for them']);
  const { rows } = await watched.world.pool.query(
    `select organization_id, saved_search_id from alerts where title = 'Lighthouse for them'`,
  );
  expect(rows).toEqual([{ organization_id: other, saved_search_id: theirs.id }]);
  await expect(watched.searchesOf(other).get(ours.id)).rejects.toThrow('there is no saved search');
});

test('articles that are relevant enough to an organisation raise an alert without a search', async () => {
  await watched.world.pool.query(
    `insert into alert_settings (organization_id, min_relevance, high_score_since) values ($1, 0.4, now() - interval '1 minute')`,
    [other],
  );
  const relevant = (at: number, score: number) =>
    message('article-relevance', id(at), {
      article_id: id(at),
      version: 1,
      defined_at: 1,
      organizations: [{ organization_id: other, score, keywords: [] }],
      method: 'test',
    });
  await watched.topics.produce([
    article(71, 1, { title: 'Relevant' }),
    article(72, 1, { title: 'Less so' }),
    relevant(71, 0.5),
    relevant(72, 0.3),
  ]);
  await expect.poll(() => watched.raised('high_score'), soon).toEqual(['Relevant']);
  await quiet();
  expect(await watched.raised('high_score')).toEqual(['Relevant']);
});

test('an alert’s article is found by the same search, and the others are not', async () => {
  const query = '"solar storm" OR (title:aurora AND -text:dull)';
  const search = await alerting(query);
  await watched.topics.produce([
    article(81, 1, { title: 'One', text: 'A solar storm is coming.' }),
    article(82, 1, { title: 'Two', text: 'A storm, and solar power.' }),
    article(83, 1, { title: 'Aurora three' }),
    article(84, 1, { title: 'Aurora four', text: 'It was dull.' }),
    article(85, 1, { title: 'Five', text: 'Solar storms were seen.' }),
  ]);
  await quiet();
  const trial = await watched.searchesOf().test(search.id, { days: 1, limit: 50 });
  const found = trial.examples.map(({ title }) => title).filter((title) => !title.startsWith('probe'));
  expect(found.toSorted()).toEqual(['Aurora three', 'Five', 'One']);
  expect(await raised()).toEqual(found.toSorted());
});

test('an article that came after a search was saved waits until the stage has heard of the search', async () => {
  await alerting('title:nothing');
  const letGo = await watched.holdOutbox();
  number += 1;
  const attributes = { name: `search ${number}`, query: 'title:lantern', alert_enabled: true };
  await watched.searchesOf().create(attributes);
  await watched.topics.produce([article(91, 1, { title: 'A lantern is lit' })]);
  await expect.poll(() => JSON.stringify(stage.health()), soon).toContain('not come by the topic saved-search');
  await letGo();
  await expect.poll(raised, soon).toEqual(['A lantern is lit']);
});

test('an article that came after a search was saved waits until the stage can read the search', async () => {
  await alerting('title:nothing');
  watched.topics.onRead = ({ topic }) =>
    topic === 'saved-search' ? Promise.reject(new TransientError('away')) : Promise.resolve();
  number += 1;
  await watched.searchesOf().create({ name: `search ${number}`, query: 'title:beacon', alert_enabled: true });
  await expect.poll(() => JSON.stringify(stage.health()), soon).toContain('changes of saved-search do not arrive');
  await watched.topics.produce([article(92, 1, { title: 'A beacon is lit' })]);
  await expect.poll(() => JSON.stringify(stage.health()), soon).toContain('not come by the topic saved-search');
  watched.topics.onRead = undefined;
  await expect.poll(raised, soon).toEqual(['A beacon is lit']);
});

test('a search that nobody can read holds up no other, and the others are waited for on', async () => {
  await alerting('title:nothing');
  const letGo = await watched.holdOutbox();
  const [unreadable, whole] = await Promise.all(
    ['title:ferry', 'title:ship'].map((query) => {
      number += 1;
      return watched.searchesOf().create({ name: `search ${number}`, query, alert_enabled: true });
    }),
  );
  const key = `${defaultOrganizationId}/${unreadable?.id}`;
  await watched.topics.produceBytes('saved-search', key, Buffer.from('nothing'));
  await expect.poll(() => JSON.stringify(stage.health()), soon).toContain('cannot be read');
  await watched.topics.produce([article(93, 1, { title: 'A ship' })]);
  await expect.poll(() => JSON.stringify(stage.health()), soon).toContain(`saved search ${whole?.id} has not come`);
  await letGo();
  await expect.poll(raised, soon).toEqual(['A ship']);
});

test('none of it became a dead letter', async () => {
  await quiet();
  expect(await watched.topics.held(deadLetterTopic)).toBe(0);
});
