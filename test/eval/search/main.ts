/**
 * `npm run eval:search -- DIR`: how well search finds what was judged to answer a query, through the real API. The
 * documents go through the whole flow of a Mimir of its own, with data that is thrown away; then each query is asked in
 * each mode.
 *
 * NDCG@10 with the grade as gain, as trec_eval has it, and recall@10; both are means over the queries, with intervals of
 * 95 % by bootstrap over queries.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRuntime } from '../../../cli/open-runtime.ts';
import { loadConfig } from '../../../streams/config.ts';
import { createLogger } from '../../../streams/logger.ts';
import { createInstance, type Instance } from '../../flow/instance.ts';
import { getJson, statusOf } from '../../flow/reading.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import { type Progress, runEval } from '../frame/command.ts';
import type { Figure, Outcome, Table } from '../frame/report.ts';
import { addressOf, ingest } from './ingest.ts';
import { ndcg, recall } from './ranking-figures.ts';
import { type JudgedQuery, testCollection } from './test-collection.ts';

const modes = ['hybrid', 'fulltext', 'semantic'] as const;
type Mode = (typeof modes)[number];
const depth = 10;
const worst = 15;

interface Asked {
  readonly query: JudgedQuery;
  readonly ndcg: Readonly<Record<Mode, number>>;
  readonly recall: Readonly<Record<Mode, number>>;
  readonly ms: Readonly<Record<Mode, number>>;
}

await runEval({ name: 'search', input: 'DIR', run });

async function run(folder: string, _flags: unknown, progress: Progress): Promise<Outcome> {
  const { documents, queries } = testCollection(folder);
  const idOf = new Map(documents.map(({ id }) => [addressOf(id), id]));
  await using mimir = await createInstance();
  process.stderr.write('starting a Mimir of its own\n');
  await mimir.start(['--no-starter']);
  await give(mimir, documents);
  await untilHeld(mimir, documents.length, progress);

  const asked: Asked[] = [];
  for (const query of queries) {
    asked.push(await ask(mimir, query, idOf));
    progress(asked.length, queries.length, 'queries');
  }
  return outcomeOf(asked, documents.length);
}

async function give({ dataDir }: Instance, documents: Parameters<typeof ingest>[1]): Promise<void> {
  const { variables } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as {
    readonly variables: Readonly<Record<string, string>>;
  };
  const config = loadConfig({ ...variables, MIMIR_PROCESS: 'eval-search' }, { instance: false });
  await using runtime = openRuntime(config, createLogger('warn', { process: 'eval-search' }));
  await ingest(runtime, documents);
}

/** @throws Error where the number has not grown for two minutes */
async function untilHeld(mimir: Instance, count: number, progress: Progress): Promise<void> {
  let held = 0;
  for (let grewAt = Date.now(); held < count; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
    const { views } = await statusOf(mimir);
    const now = Math.min(...views.map(({ articles }) => articles));
    if (now > held) grewAt = Date.now();
    held = now;
    progress(held, count, 'documents');
    if (Date.now() - grewAt > 120_000) throw new Error(`the views hold ${held} of ${count} documents and no more come`);
  }
}

interface Hits {
  readonly data: readonly { readonly attributes: { readonly url: string } }[];
}

async function ask(mimir: Instance, query: JudgedQuery, idOf: ReadonlyMap<string, string>): Promise<Asked> {
  const answers = new Map<Mode, { readonly hits: readonly string[]; readonly ms: number }>();
  for (const mode of modes) {
    const from = performance.now();
    const path = `/api/v1/search?q=${encodeURIComponent(query.text)}&mode=${mode}&limit=${depth}&fields=url`;
    const { data } = await getJson<Hits>(mimir, path);
    const hits = data.map(({ attributes: { url } }) => idOf.get(url) ?? url);
    answers.set(mode, { hits, ms: performance.now() - from });
  }
  const byMode = (figure: (mode: Mode) => number) =>
    Object.fromEntries(modes.map((mode) => [mode, figure(mode)])) as Record<Mode, number>;
  return {
    query,
    ndcg: byMode((mode) => ndcg(answers.get(mode)?.hits ?? [], query.grades, depth)),
    recall: byMode((mode) => recall(answers.get(mode)?.hits ?? [], query.grades, depth)),
    ms: byMode((mode) => answers.get(mode)?.ms ?? 0),
  };
}

function outcomeOf(asked: readonly Asked[], documents: number): Outcome {
  const figure = (name: string, of: (one: Asked) => number): Figure => {
    const mean = (drawn: readonly Asked[]) => drawn.reduce((sum, one) => sum + of(one), 0) / drawn.length;
    return { name, value: mean(asked), interval: bootstrap(asked, mean) };
  };
  const figures = [
    ...modes.map((mode) => figure(`${mode}: NDCG@${depth}`, (one) => one.ndcg[mode])),
    ...modes.map((mode) => figure(`${mode}: recall@${depth}`, (one) => one.recall[mode])),
    figure('NDCG: hybrid - fulltext', (one) => one.ndcg.hybrid - one.ndcg.fulltext),
    figure('NDCG: hybrid - semantic', (one) => one.ndcg.hybrid - one.ndcg.semantic),
    ...modes.map((mode): Figure => {
      const times = asked.map(({ ms }) => ms[mode]).toSorted((a, b) => a - b);
      return {
        name: `${mode}: ms, median`,
        value: times[Math.floor(times.length / 2)] ?? 0,
        interval: null,
        digits: 1,
      };
    }),
  ];
  const table: Table = {
    title: 'queries of which hybrid finds least',
    heads: ['query', ...modes, 'relevant', 'text'],
    rows: asked
      .toSorted((a, b) => a.ndcg.hybrid - b.ndcg.hybrid)
      .slice(0, worst)
      .map(({ query, ndcg: found }) => [
        query.id,
        ...modes.map((mode) => found[mode].toFixed(3)),
        query.grades.size,
        query.text,
      ]),
  };
  return {
    records: asked.length,
    figures,
    tables: [table],
    notes: [`${documents} documents, the first ${depth} hits`],
  };
}
