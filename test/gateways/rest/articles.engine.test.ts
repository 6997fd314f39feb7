import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rest } from '../../../gateways/rest/rest.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, openWorld, type World } from '../world.ts';
import { type Answer, restClient } from './client.ts';

const day = (number: number): number => Date.UTC(2026, 1, number);
const feeds = ['6ba7b810-9dad-51d1-80b4-00c04fd430c1', '6ba7b810-9dad-51d1-80b4-00c04fd430c2'] as const;

const crane = enriched('crane', {
  title: 'Harbour crane collapses onto cargo ship',
  text: 'A crane at the container terminal fell on a freighter. Dock workers were evacuated.',
  published_at: day(5),
  authors: ['Ada Lovelace'],
  tags: ['Harbour'],
  feed_ids: [feeds[0]],
  sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.5 },
});
const copy = enriched('copy', {
  title: 'Quayside accident stops traffic',
  text: crane.article.text,
  published_at: day(6),
  feed_ids: [feeds[1]],
});
const cats = enriched('cats', {
  title: 'Felines enjoy sleeping all day',
  text: 'Researchers watched kittens and found that they nap for sixteen hours.',
  published_at: day(4),
  feed_ids: [...feeds],
});
const wahl = enriched('wahl', {
  title: 'Die Wahl im Herbst',
  text: 'Die Parteien beginnen ihren Wahlkampf.',
  language: 'de',
  published_at: day(4),
  tags: ['Politik'],
});
const budget = enriched('budget', {
  title: 'Parliament passes the budget',
  text: 'Lawmakers agreed on taxes and spending after a long night.',
  published_at: day(3),
});
const all = [crane, copy, cats, wahl, budget];

let world: World;
let service: Service;
let get: (path: string, asked?: Parameters<ReturnType<typeof restClient>>[1]) => Promise<Answer>;

beforeAll(async () => {
  world = await openWorld();
  await world.store(all);
  await world.link([{ article_id: copy.article_id, original_id: crane.article_id }]);
  await world.embed(all);
  service = await rest.open(world.runtime);
  get = restClient(service.address ?? '');
});

afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

const slugs = (answer: Answer): string[] =>
  answer.body.data.map(({ attributes }: { attributes: { url: string } }) => attributes.url.split('/').at(-1));

const words = (...terms: readonly string[]) => ({ keywords: terms.map((term) => ({ term, weight: 0.5 })) });

const related = async (slug: string) => {
  const { body } = await get(`/api/v1/articles/${slug}/duplicates?fields=title,duplicate`);
  return [
    body.meta.total,
    body.data.map(({ attributes }: Answer['body']) => [
      attributes.title,
      attributes.relation,
      attributes.duplicate?.reason ?? null,
      attributes.duplicate?.score ?? null,
      attributes.duplicate?.method ?? null,
      attributes.shared_words,
    ]),
  ];
};

describe('copies of an article', () => {
  test('are told with the reason, the score and what judged; of a copy, its original and the other copies', async () => {
    await using other = await openWorld();
    const twin = enriched('twin', { title: 'Dock accident', published_at: day(7), ...words('crane', 'port') });
    await other.store([{ ...crane, ...words('Crane', 'quay') }, { ...copy, ...words('quay', 'crane', 'ship') }, twin]);
    await other.link([
      { article_id: copy.article_id, original_id: crane.article_id },
      {
        article_id: twin.article_id,
        original_id: crane.article_id,
        reason: 'near_text',
        score: 0.87,
        method: 'minhash-1',
      },
    ]);
    const other_service = await rest.open(other.runtime);
    const before = get;
    get = restClient(other_service.address ?? '');
    const exact = [copy.article.title, 'copy', 'same_text', 1, 'test', ['Crane', 'quay']];
    const near = [twin.article.title, 'copy', 'near_text', 0.87, 'minhash-1', ['Crane']];
    expect(await related(crane.article_id)).toEqual([2, [exact, near]]);
    const listed = (await get('/api/v1/articles?fields=duplicate_count')).body.data;
    expect(listed.map(({ attributes }: Answer['body']) => attributes)).toEqual([
      { duplicate_count: 2 },
      { duplicate_count: 2 },
      { duplicate_count: 2 },
    ]);
    expect(await related(twin.article_id)).toEqual([
      2,
      [
        [crane.article.title, 'original', null, null, null, ['crane']],
        [copy.article.title, 'sibling', 'same_text', 1, 'test', ['crane']],
      ],
    ]);
    get = before;
    await other_service.close();
  });

  test('are none for most, and 404 for what is unknown', async () => {
    expect(await related(budget.article_id)).toEqual([0, []]);
    const { body } = await get(`/api/v1/articles/${budget.article_id}?fields=duplicate_count`);
    expect(body.data.attributes).toEqual({ duplicate_count: 0 });
    expect((await get(`/api/v1/articles/${feeds[0]}/duplicates`)).status).toBe(404);
  });
});

const storm = (hour: number, title: string, text: string) =>
  enriched('storm', {
    title,
    text,
    version: Date.UTC(2026, 2, 1, hour) * 1_000,
    fetched_at: Date.UTC(2026, 2, 1, hour),
  });

describe('revisions of an article', () => {
  const told = [
    storm(1, 'Storm hurts three', 'Three people were hurt.'),
    storm(2, 'Storm hurts four', 'Four people were hurt.'),
    storm(3, 'Storm hurts four', 'Four people were hurt. Roads are closed.'),
  ];
  const path = `/api/v1/articles/${told[0]?.article_id}/revisions`;
  const versions = told.map(({ version }) => String(version));
  beforeAll(async () => {
    for (const one of told) await world.store([one]);
  });

  test('are listed from what it says now to what it said first', async () => {
    const { body } = await get(path);
    expect(
      body.data.map(({ attributes }: Answer['body']) => [
        attributes.version,
        attributes.title,
        attributes.scraped_at,
        attributes.superseded_at,
      ]),
    ).toEqual([
      [versions[2], 'Storm hurts four', '2026-03-01T03:00:00.000Z', null],
      [versions[1], 'Storm hurts four', '2026-03-01T02:00:00.000Z', '2026-03-01T03:00:00.000Z'],
      [versions[0], 'Storm hurts three', '2026-03-01T01:00:00.000Z', '2026-03-01T02:00:00.000Z'],
    ]);
  });

  test('are read with their text, and with what changed since the one before or since any', async () => {
    const read = async (query: string) => (await get(`${path}/${versions[2]}${query}`)).body.data.attributes;
    expect(await read('')).toMatchObject({ content: 'Four people were hurt. Roads are closed.', diff: null });
    expect((await read('?diff=previous')).diff).toEqual({
      from: versions[1],
      title: [{ kind: 'same', text: 'Storm hurts four' }],
      content: [
        { kind: 'same', text: 'Four people were hurt.' },
        { kind: 'added', text: ' Roads are closed.' },
      ],
    });
    expect((await read(`?diff=${versions[0]}`)).diff.title).toEqual([
      { kind: 'same', text: 'Storm hurts ' },
      { kind: 'removed', text: 'three' },
      { kind: 'added', text: 'four' },
    ]);
    expect((await get(`${path}/${versions[0]}?diff=previous`)).body.data.attributes.diff).toBeNull();
  });

  test.each([
    [404, `/api/v1/articles/${feeds[0]}/revisions`],
    [404, `${path}/1`],
    [404, `${path}/${versions[2]}?diff=1`],
    [400, `${path}/latest`],
    [400, `${path}/${versions[2]}?diff=latest`],
  ])('answer with %i where there is no such thing: %s', async (status, asked) => {
    expect((await get(asked)).status).toBe(status);
  });

  afterAll(async () => {
    await world.pool.query('delete from content.articles where id = $1', [told[0]?.article_id]);
  });
});

describe('a list of articles', () => {
  test('has the envelope, newest first, without the texts', async () => {
    const { status, body } = await get('/api/v1/articles?limit=1&duplicates=exclude');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [
        {
          type: 'articles',
          id: crane.article_id,
          attributes: {
            url: 'https://news.example/crane',
            canonical_url: null,
            site_name: 'Example News',
            title: 'Harbour crane collapses onto cargo ship',
            summary: null,
            author: 'Ada Lovelace',
            authors: ['Ada Lovelace'],
            tags: ['Harbour'],
            section: null,
            paywall: null,
            withheld: null,
            image_url: null,
            published_at: '2026-02-05T00:00:00.000Z',
            published_at_source: 'entry',
            modified_at: null,
            scraped_at: '2026-03-01T00:00:00.000Z',
            language: 'en',
            language_confidence: 1,
            keywords: [],
            word_count: 10,
            reading_time_seconds: 3,
            sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.5 },
            language_method: '',
            keywords_method: '',
            sentence_count: 0,
            entities: [],
            entities_method: '',
            machine_summary: null,
            quality: [],
            quality_method: '',
            quality_confidences: [],
            skipped: [],
            extraction_method: 'readability',
            extraction_confidence: 1,
            categories: null,
            topics: [],
            relevance: null,
            marks: null,
            duplicate: null,
            duplicate_count: 1,
          },
          relationships: { feeds: { data: [{ type: 'feeds', id: feeds[0] }] }, original: { data: null } },
        },
      ],
      meta: { version: '1', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
      links: {
        self: '/api/v1/articles?limit=1&duplicates=exclude',
        next: expect.stringMatching(/^\/api\/v1\/articles\?limit=1&duplicates=exclude&cursor=/),
      },
    });
  });

  test.each([
    ['', ['copy', 'crane', 'wahl|cats', 'wahl|cats', 'budget']],
    ['sort=published_at', ['budget', 'wahl|cats', 'wahl|cats', 'crane', 'copy']],
    ['sort=title', ['wahl', 'cats', 'crane', 'budget', 'copy']],
    ['sort=-title', ['copy', 'budget', 'crane', 'cats', 'wahl']],
    ['language=de', ['wahl']],
    ['language=de&language=EN&limit=2', ['copy', 'crane']],
    [`feed=${feeds[1]}`, ['copy', 'cats']],
    ['published_from=2026-02-04&published_to=2026-02-05', ['wahl|cats', 'wahl|cats']],
    ['author=lovelace', ['crane']],
    ['author=%25', []],
    ['tag=Politik&tag=Harbour', ['crane', 'wahl']],
    ['sentiment=negative', ['crane']],
    ['duplicates=only', ['copy']],
    ['duplicates=exclude&limit=1', ['crane']],
    ['q=crane%20-freighter', []],
    ['q="container terminal"', ['copy', 'crane']],
    ['source=6ba7b810-9dad-51d1-80b4-00c04fd430ff', []],
  ])('%s', async (query, expected) => {
    const answer = await get(`/api/v1/articles?${query}`);
    expect(answer.status).toBe(200);
    expect(slugs(answer)).toEqual(expected.map((slug) => expect.stringMatching(new RegExp(`^(${slug})$`))));
  });

  test.each(['-published_at', 'published_at', '-scraped_at', 'title', '-title'])(
    'comes in pages of one, each article once, sorted by %s as in one page',
    async (sort) => {
      const whole = slugs(await get(`/api/v1/articles?sort=${sort}`));
      const paged: string[] = [];
      let next: string | null = `/api/v1/articles?sort=${sort}&limit=1`;
      while (next !== null && paged.length < 10) {
        const answer: Answer = await get(next);
        paged.push(...slugs(answer));
        next = answer.body.links.next;
      }
      expect(paged).toEqual(whole);
      expect(paged).toHaveLength(5);
    },
  );

  test('shows only the fields asked for, also the text', async () => {
    const { body } = await get('/api/v1/articles?fields=title,content&language=de');
    expect(body.data[0].attributes).toEqual({ title: wahl.article.title, content: wahl.article.text });
  });

  test('has an ETag that stays while the list does, and is then not sent again', async () => {
    const first = await get('/api/v1/articles?limit=2');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"/);
    // Without the second header fetch would send no-cache, which asks for the whole answer.
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    const again = await get('/api/v1/articles?limit=2', { headers });
    expect([again.status, again.body]).toEqual([304, null]);
    const other = await get('/api/v1/articles?limit=3', { headers });
    expect(other.status).toBe(200);
  });
});

describe('one article', () => {
  test('has its text, its feeds and its copies', async () => {
    const { status, body } = await get(`/api/v1/articles/${crane.article_id}`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      id: crane.article_id,
      attributes: { content: crane.article.text, html: crane.article.html },
      relationships: { original: { data: null }, duplicates: { data: [{ type: 'articles', id: copy.article_id }] } },
    });
  });

  test('that is a copy says of which', async () => {
    const { body } = await get(`/api/v1/articles/${copy.article_id.toUpperCase()}`);
    expect(body.data.relationships.original.data).toEqual({ type: 'articles', id: crane.article_id });
    expect(body.data.attributes.duplicate).toEqual({
      original_id: crane.article_id,
      reason: 'same_text',
      score: 1,
      method: 'test',
    });
  });

  test('comes from the cache once it was read, as it came from Postgres', async () => {
    const path = `/api/v1/articles/${budget.article_id}`;
    const first = await get(path);
    await world.pool.query("update content.articles set title = 'changed behind the cache' where id = $1", [
      budget.article_id,
    ]);
    const second = await get(path);
    await world.pool.query('update content.articles set title = $2 where id = $1', [
      budget.article_id,
      budget.article.title,
    ]);
    expect(second.body.data).toEqual(first.body.data);
  });

  test('that nobody knows is 404', async () => {
    const { status, body } = await get(`/api/v1/articles/${feeds[0]}`);
    expect(status).toBe(404);
    expect(body.errors[0]).toMatchObject({ status: '404', code: 'not_found', source: { pointer: '/path/id' } });
  });

  test('has similar ones without itself, its copy marked', async () => {
    const { body } = await get(`/api/v1/articles/${crane.article_id}/similar?min_score=0&limit=2`);
    expect(body.data[0]).toMatchObject({ id: copy.article_id, attributes: { is_copy: true } });
    expect(body.data[0].attributes.score).toBeGreaterThan(0.5);
    expect(body.data[1].attributes.is_copy).toBe(false);
    expect(body.data.map(({ id }: { id: string }) => id)).not.toContain(crane.article_id);
  });
});

describe('a search', () => {
  test('by words ranks the title before the text and says how it matched', async () => {
    const answer = await get('/api/v1/search?q=crane&mode=fulltext');
    expect(slugs(answer)).toEqual(['crane', 'copy']);
    expect(answer.body.meta).toMatchObject({ mode: 'fulltext', degraded: null });
    expect(answer.body.data[0].attributes.why).toEqual({ ranks: { fulltext: 1, semantic: null }, match: 'all_words' });
  });

  test.each([
    ['crane kangaroo', 'any_word', 'crane'],
    ['parlament', 'title', 'budget'],
    ['"crane kangaroo"', null, null],
  ])('by the words %s, which no article has, finds by %s', async (q, match, slug) => {
    const answer = await get(`/api/v1/search?mode=fulltext&q=${encodeURIComponent(q)}`);
    expect(slugs(answer)[0] ?? null).toBe(slug);
    expect(answer.body.data[0]?.attributes.why.match ?? null).toBe(match);
  });

  test('by a whole sentence finds what has any of its words, the rare ones first', async () => {
    const q = 'what is known of the crane and of the kangaroo that parliament wants to see';
    const answer = await get(`/api/v1/search?mode=fulltext&q=${encodeURIComponent(q)}`);
    expect(answer.body.data.length).toBeGreaterThan(1);
    expect(answer.body.data[0].attributes.why.match).toBe('any_word');
    expect(slugs(answer)).toEqual(expect.arrayContaining(['crane', 'budget']));
  });

  test('by meaning finds a story by a paraphrase without a word of it', async () => {
    const answer = await get(`/api/v1/search?mode=semantic&q=${encodeURIComponent('pets that rest a lot')}`);
    expect(slugs(answer)[0]).toBe('cats');
    expect(answer.body.data[0].attributes.why).toEqual({ ranks: { fulltext: null, semantic: 1 }, match: null });
  });

  test('by both fuses the two rankings', async () => {
    const answer = await get('/api/v1/search?q=crane');
    expect(answer.body.meta.mode).toBe('hybrid');
    const [first] = answer.body.data;
    expect(first.id).toBe(crane.article_id);
    expect(first.attributes.why.ranks).toEqual({ fulltext: 1, semantic: 1 });
    expect(first.attributes.score).toBeCloseTo(1, 10);
  });

  test.each(['fulltext', 'semantic', 'hybrid'])('by %s keeps to the filters', async (mode) => {
    for (const filter of ['duplicates=exclude', 'author=Ada', 'sentiment=negative', `feed=${feeds[0]}&tag=Harbour`]) {
      expect(slugs(await get(`/api/v1/search?q=crane&mode=${mode}&${filter}`))).toContain('crane');
      expect(slugs(await get(`/api/v1/search?q=crane&mode=${mode}&${filter}`))).not.toContain('copy');
    }
  });

  test('comes in pages that make up the whole', async () => {
    const whole = slugs(await get('/api/v1/search?q=crane+budget+kittens'));
    const first = await get('/api/v1/search?q=crane+budget+kittens&limit=2');
    const second = await get(first.body.links.next);
    expect([...slugs(first), ...slugs(second)]).toEqual(whole.slice(0, 4));
  });
});

describe('what cannot be answered', () => {
  const id = '6ba7b810-9dad-51d1-80b4-00c04fd430c8';
  test.each([
    ['/api/v1/articles?langauge=en', '/query/langauge'],
    ['/api/v1/articles?limit=0', '/query/limit'],
    ['/api/v1/articles?limit=101', '/query/limit'],
    ['/api/v1/articles?limit=ten', '/query/limit'],
    ['/api/v1/articles?limit=1e2&limit=2', '/query/limit'],
    ['/api/v1/articles?sort=url', '/query/sort'],
    ['/api/v1/articles?language=english', '/query/language'],
    [`/api/v1/articles?${'feed=' + id + '&'.concat(`feed=${id}&`.repeat(20))}`, '/query/feed'],
    ['/api/v1/articles?feed=1', '/query/feed'],
    ['/api/v1/articles?published_from=2026-02-30', '/query/published_from'],
    ['/api/v1/articles?published_from=0000-01-01', '/query/published_from'],
    ['/api/v1/articles?published_from=%2B275760-09-13', '/query/published_from'],
    ['/api/v1/articles?duplicates=maybe', '/query/duplicates'],
    ['/api/v1/articles?author=%00', '/query/author'],
    ['/api/v1/articles?tag=a%00', '/query/tag'],
    ['/api/v1/articles?cursor=abc', '/query/cursor'],
    ['/api/v1/articles?fields=title,password', '/query/fields/1'],
    ['/api/v1/articles?filter[language]=en', '/query/filter[language]'],
    ['/api/v1/articles?__proto__=1', '/query/__proto__'],
    ['/api/v1/articles/1', '/path/id'],
    ['/api/v1/articles/%00', '/path/id'],
    ['/api/v1/articles/1/similar', '/path/id'],
    [`/api/v1/articles/${id}/similar?min_score=2`, '/query/min_score'],
    ['/api/v1/search', '/query/q'],
    ['/api/v1/search?q=', '/query/q'],
    ['/api/v1/search?q=%20', '/query/q'],
    ['/api/v1/search?q=%00', '/query/q'],
    [`/api/v1/search?q=${'a'.repeat(2_001)}`, '/query/q'],
    ['/api/v1/search?q=a&mode=magic', '/query/mode'],
  ])('%s is told by %s', async (path, pointer) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.errors.map((error: { source: { pointer: string } }) => error.source.pointer)).toContain(pointer);
    for (const error of body.errors) {
      expect(error).toEqual({
        id: expect.any(String),
        status: '400',
        code: expect.any(String),
        title: expect.any(String),
        detail: expect.stringMatching(/\w/),
        source: { pointer: expect.any(String) },
      });
    }
    expect(body.meta).toEqual({ request_id: expect.any(String), timestamp: expect.any(String) });
  });

  test('a cursor with any letter changed is 400, and one of another list too', async () => {
    const next = new URL((await get('/api/v1/articles?limit=1')).body.links.next, 'http://x');
    const cursor = next.searchParams.get('cursor') ?? '';
    for (let at = 0; at < cursor.length; at += 7) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect((await get(`/api/v1/articles?limit=1&cursor=${changed}`)).status).toBe(400);
    }
    expect((await get(`/api/v1/articles?limit=1&language=en&cursor=${cursor}`)).status).toBe(400);
    expect((await get(`/api/v1/search?q=a&cursor=${cursor}`)).status).toBe(400);
    expect((await get(`/api/v1/articles?limit=3&cursor=${cursor}`)).status).toBe(200);
  });
});
