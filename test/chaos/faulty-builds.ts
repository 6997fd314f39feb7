/**
 * Tests the checker: runs a small flow with the product as it is, which must be clean, and with each faulty build, which
 * must be caught. Prints JSON; ends with 1 where one was not. Names as arguments run those alone.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { derivedId } from '../../domain/identity.ts';
import { openPostgres } from '../../gateways/postgres.ts';
import { seedSource } from '../gateways/metrics/seed.ts';
import type { Word } from './check/findings.ts';
import type { CheckerReport, CheckerSettings } from './checker.ts';
import { until } from './faults/kills.ts';
import { repeatLate } from './faults/late-repeats.ts';
import { type Fault, faults } from './faulty/faults.ts';
import type { GeneratorMessage, GeneratorSettings } from './generator.ts';
import { seededRandom } from './random.ts';
import { Slot } from './slot.ts';
import { Tally } from './tally.ts';
import { saveSearches, type Watched } from './watching.ts';
import { injecting, insist, lagOf, openWorld, runProgram, startProgram, type World } from './world.ts';

export interface BuildResult {
  readonly build: string;
  /** What the checker must say: nothing of the true build. */
  readonly expected: Word | null;
  readonly counts: Readonly<Record<Word, number>> | null;
  readonly isRight: boolean;
  readonly seconds: number;
  readonly findings: CheckerReport['findings'];
}

const actors = ['extract', 'dedup', 'enrich', 'view-postgres', 'watch', 'metrics', 'metrics-roller'];
const topics = ['article', 'article-unique', 'article-enriched'] as const;
const articlesEach = 200;
const buildBoundMs = 60_000;

const over = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => over.abort());
const say = (line: string): void => console.error(line);
const named = process.argv.slice(2);
const results = await runAll();
console.log(JSON.stringify(results));
process.exitCode = results.every(({ isRight }) => isRight) ? 0 : 1;
setTimeout(() => process.exit(), 1_000).unref();

async function runAll(): Promise<readonly BuildResult[]> {
  await using world = await openWorld({ brokers: 1, client: 'platformatic', say, signal: over.signal });
  const pool = openPostgres(world.runtime.config.databaseUrl, { log: world.runtime.log, max: 1 });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => pool.end());
  const watched = await follow(world, pool);
  const chosen = [undefined, ...faults].filter((fault) => named.length === 0 || named.includes(fault?.name ?? 'true'));
  const checks: Promise<BuildResult>[] = [];
  let flow = prepare(world, 1_000);
  for (const [index, fault] of chosen.entries()) {
    if (over.signal.aborted) break;
    const startedAt = Date.now();
    const prepared = await flow;
    await checks.at(-1);
    await runBuild({ world, pool }, fault, prepared);
    // The next flow is made while this one is checked, which reads nothing of it.
    if (index + 1 < chosen.length) flow = prepare(world, 1_001 + index);
    checks.push(check({ world, watched }, fault, prepared, startedAt));
  }
  return await Promise.all(checks);
}

/** Searches whose alerts are looked at, and a source that one article in twenty is of, so that there is something to count. */
async function follow(world: World, pool: Pool): Promise<Watched> {
  await seedSource(pool, { id: randomUUID(), feed: derivedId('chaos-feed', '0'), name: 'Followed' });
  const serving = new Slot(
    { name: 'serve', actors: ['rest', 'outbox'], env: world.env, logDir: join(world.dataDir, 'logs'), execArgv: [] },
    () => undefined,
  );
  serving.start();
  await until(() => serving.isReady, buildBoundMs, over.signal);
  const searches = await saveSearches(world.rest, []);
  // They are on their topic once nothing is left of them here.
  for (const end = Date.now() + buildBoundMs; (await countOf(pool, 'outbox')) > 0 && Date.now() < end;)
    await sleep(100);
  await serving.stop();
  return { searches, scheduleIds: [], received: null };
}

interface Flow {
  readonly seed: number;
  readonly ledger: string;
  /** Where the topics stood before it. */
  readonly from: CheckerSettings['from'];
}

/** Articles, with their ledger, in the first topic: no stage runs yet. */
async function prepare(world: World, seed: number): Promise<Flow> {
  const from: { topic: string; partition: number; offset: string }[] = [];
  await using admin = await world.runtime.kafka.admin();
  for (const topic of [...topics, 'dead-letter']) {
    const marks = await insist(() => admin.watermarks(topic));
    for (const { partition, high } of marks) from.push({ topic, partition, offset: String(high) });
  }
  const ledger = join(world.dataDir, `ledger-${seed}.jsonl`);
  const load = { articles: articlesEach, rate: 0, poison: 0, feeds: 0, textCharacters: 400 };
  await generate(world, { ledger, seed, ...load });
  return { seed, ledger, from };
}

async function runBuild(
  { world, pool }: { readonly world: World; readonly pool: Pool },
  fault: Fault | undefined,
  { seed, ledger, from }: Flow,
): Promise<void> {
  // Only the rows: how far the view has read the topics goes on.
  await pool.query(
    'truncate content.articles, content.article_feeds, content.duplicates, article_metrics, alerts cascade',
  );
  const slot = new Slot(
    {
      name: fault?.name ?? 'true',
      actors,
      env: { ...world.env, CHAOS_LEDGER: ledger, ...(fault === undefined ? {} : { CHAOS_FAULT: fault.name }) },
      logDir: join(world.dataDir, 'logs'),
      execArgv: fault === undefined ? [] : injecting,
    },
    () => undefined,
  );
  slot.plan({ failAt: fault?.failAt });
  slot.start();
  if (fault?.failAt !== undefined) await until(() => slot.starts > 1, buildBoundMs, over.signal);
  await until(() => slot.isReady, buildBoundMs, over.signal);
  await settled(world, pool);
  if (fault === undefined || fault.needsRepeats === true) {
    const begin = from.map((one) => ({ ...one, offset: BigInt(one.offset) }));
    const tally = new Tally(join(world.dataDir, 'actions.jsonl'));
    await repeatLate({ world, random: seededRandom(seed), tally }, 50, ['article-enriched'], begin);
    await settled(world, pool);
  }
  await slot.stop();
}

async function check(
  { world, watched }: { readonly world: World; readonly watched: Watched },
  fault: Fault | undefined,
  { ledger, from }: Flow,
  startedAt: number,
): Promise<BuildResult> {
  const settings: CheckerSettings = {
    ledger,
    journal: null,
    from,
    topics,
    views: ['postgres'],
    rest: null,
    watched,
  };
  const { output } = await runProgram('checker.ts', settings, world.env);
  const report = output === '' ? null : (JSON.parse(output) as CheckerReport);
  const expected = fault?.caughtAs ?? null;
  const counts = report?.counts ?? null;
  const sum = counts === null ? 0 : Object.values(counts).reduce((all, one) => all + one, 0);
  const build = fault?.name ?? 'true';
  const isRight = counts !== null && (expected === null ? sum === 0 : counts[expected] > 0);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  say(`${isRight ? 'right' : 'WRONG'} ${build}: ${JSON.stringify(counts)} in ${seconds} s`);
  return { build, expected, counts, isRight, seconds, findings: (report?.findings ?? []).slice(0, 3) };
}

async function generate(world: World, settings: GeneratorSettings): Promise<void> {
  const generator = startProgram('generator.ts', settings, world.env);
  const exited = once(generator, 'exit');
  await new Promise<void>((resolve, reject) => {
    generator.on('message', (message: GeneratorMessage) => {
      if (message.kind === 'end') resolve();
    });
    exited.then(([code]) => reject(new Error(`the generator ended with ${String(code)}`)), reject);
  });
  generator.kill('SIGKILL');
  await exited;
}

/** Nothing waits, twice in a row. */
async function settled(world: World, pool: Pool): Promise<void> {
  const end = Date.now() + buildBoundMs;
  for (let quiet = 0; quiet < 2 && Date.now() < end && !over.signal.aborted;) {
    const isQuiet = (await lagOf(world, actors)) === 0 && (await countOf(pool, 'metric_touched')) === 0;
    quiet = isQuiet ? quiet + 1 : 0;
    await sleep(400);
  }
}

async function countOf(pool: Pool, table: 'metric_touched' | 'outbox'): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? 0;
}
