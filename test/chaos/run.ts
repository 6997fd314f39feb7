/**
 * `npm run chaos`: a whole Mimir under load while its processes and engines are killed, stopped and taken away; then
 * the checker says what was lost, doubled or set back. Ends with 1 where anything was.
 */
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processGroups } from '../../cli/actors.ts';
import { openPostgres } from '../../gateways/postgres.ts';
import { type Chaos, kindOf } from './chaos.ts';
import type { CheckerReport, CheckerSettings } from './checker.ts';
import { unmet } from './demands.ts';
import { holdVectors, restartEngines } from './faults/engines.ts';
import { killProcesses, ordersFor, until } from './faults/kills.ts';
import { repeatLate } from './faults/late-repeats.ts';
import { rebuildViews } from './faults/rebuilds.ts';
import { haltProcesses } from './faults/stops.ts';
import { keepReportsDue } from './faults/reports.ts';
import { stormOfRebalances } from './faults/storm.ts';
import type { GeneratorMessage, GeneratorSettings } from './generator.ts';
import { type ChaosOptions, chaosOptions, type Phase } from './options.ts';
import { seededRandom } from './random.ts';
import type { ReaderCounts } from './reader-journal.ts';
import type { ReaderSettings } from './reader.ts';
import { reportOf, type RunReport, textOf } from './report.ts';
import { Slot } from './slot.ts';
import { Tally } from './tally.ts';
import { beginWatching, openReceiver, type Watched } from './watching.ts';
import { chaosStages, lagOf, openWorld, runProgram, startOf, startProgram, type World } from './world.ts';

/** How many processes of each kind there are: two where members of a group must take over from each other. */
const instances: Readonly<Record<string, readonly string[]>> = {
  process: ['process-a', 'process-b'],
  views: ['views-a', 'views-b'],
};

/** Records to be sent, hours to be counted, alerts to be gathered, notifications to be delivered, reports to be made. */
const waitingInPostgres = `
  select (select count(*) from outbox) + (select count(*) from metric_touched)
    + (select count(*) from alert_lanes where waiting_since is not null)
    + (select count(*) from notifications where delivered_at is null and given_up_at is null)
    + (select count(*) from report_schedules where next_at <= now()) as waiting`;

const say = (line: string): void => console.error(line);
const over = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait; the engines end with this process.
    if (over.signal.aborted) process.exit(130);
    console.error(`\n${signal}: ending everything`);
    over.abort();
  });
}
const report = await run(chaosOptions(process.argv.slice(2)));
console.log(textOf(report));
process.exitCode = report.passed ? 0 : 1;
// A client that still tries to reach an engine must not keep the process.
setTimeout(() => process.exit(), 1_000).unref();

async function run(options: ChaosOptions): Promise<RunReport> {
  say('starting engines');
  await using world = await openWorld({ ...options, say, signal: over.signal });
  const tally = new Tally(join(world.dataDir, 'actions.jsonl'));
  const onEnd = (slot: Slot, ended: Parameters<ConstructorParameters<typeof Slot>[1]>[1]): void => {
    const kind = kindOf(slot);
    tally.note('ended', { slot: slot.name, ...ended });
    if (ended.signal === 'SIGKILL' && ended.wasKilled) tally.count(tally.kills, kind);
    else if (ended.signal === 'SIGKILL' && ended.failAt !== undefined) {
      const [actor, point] = splitFailAt(ended.failAt, kind);
      tally.count(tally.failPoints, point);
      tally.count(tally.failPointsByActor, `${actor}:${point}`);
    } else if (!isOver && !over.signal.aborted)
      tally.unexpectedEnds.push(`${slot.name} with ${ended.signal ?? ended.code}`);
  };
  let isOver = false;
  const slots = processGroups.flatMap(({ name, actors }) =>
    (instances[name] ?? [name]).map(
      (slotName) => new Slot({ name: slotName, actors, ...startOf(world), logDir: join(world.dataDir, 'logs') }, onEnd),
    ),
  );
  const random = seededRandom(options.seed + 2);
  const chaos: Chaos = { world, slots, tally, random, hasLoad: () => true, signal: over.signal };
  const programs: ChildProcess[] = [];
  try {
    say('starting processes');
    for (const slot of slots) slot.start();
    for (const slot of slots) {
      if (!(await until(() => slot.isReady, 120_000, over.signal))) throw new Error(`${slot.name} did not start`);
    }
    const received = join(world.dataDir, 'received.jsonl');
    await using receiver = await openReceiver(received);
    const watched = await beginWatching(world.rest, receiver.address, received);
    const flow = await startFlow(world, options, programs);
    chaos.hasLoad = () => !flow.hasEnded;
    const line = setInterval(() => say(progressLine(chaos, flow)), 10_000);
    const phasesOver = new AbortController();
    const reportsDue = keepReportsDue(chaos, watched, phasesOver.signal);
    await runPhases(chaos, options, flow).finally(() => {
      clearInterval(line);
      phasesOver.abort();
    });
    await reportsDue;
    const reasons = over.signal.aborted ? ['it was interrupted'] : [];
    if (reasons.length === 0) {
      say('waiting for the flow to drain');
      if (!(await drained(chaos, flow, options.drainMs))) reasons.push('the flow did not drain in time');
    }
    for (const program of programs.filter(({ spawnargs }) => spawnargs.some((arg) => arg.endsWith('reader.ts')))) {
      program.kill('SIGTERM');
    }
    const check = over.signal.aborted ? null : await checkAll(world, flow, watched);
    const load = {
      perSecond: flow.loadSeconds === 0 ? 0 : flow.versions / flow.loadSeconds,
      seconds: flow.loadSeconds,
      repeats: flow.repeats,
    };
    isOver = true;
    const { json, keep, order: _, mustMeetAll: __, ...shown } = options;
    const told = reportOf({
      tally,
      reasons: [
        ...reasons,
        ...reasonsIn(check),
        ...tally.unexpectedEnds.map((end) => `ended by itself: ${end}`),
        ...(options.mustMeetAll ? unmet(tally, options).map((fault) => `not met often enough: ${fault}`) : []),
      ],
      options: shown,
      load,
      reader: flow.reader,
      check,
    });
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(told, undefined, 2)}\n`);
    if (keep || !told.passed) say(`ledger, journal, actions and logs: ${keepPapers(world)}`);
    return told;
  } finally {
    isOver = true;
    for (const program of programs) program.kill('SIGKILL');
    const orderly = await Promise.all(slots.map((slot) => slot.stop()));
    if (orderly.includes(false)) say('not every process ended in an orderly way within 12 s');
  }
}

/** What the load is about, and how it stands. */
interface Flow {
  readonly ledger: string;
  readonly journal: string;
  versions: number;
  total: number;
  hasEnded: boolean;
  isFetched: boolean;
  loadSeconds: number;
  repeats: number;
  reader: ReaderCounts | null;
}

async function startFlow(world: World, options: ChaosOptions, programs: ChildProcess[]): Promise<Flow> {
  const flow: Flow = {
    ledger: join(world.dataDir, 'ledger.jsonl'),
    journal: join(world.dataDir, 'journal.jsonl'),
    versions: 0,
    total: 0,
    hasEnded: false,
    isFetched: false,
    loadSeconds: 0,
    repeats: 0,
    reader: null,
  };
  const { seed, articles, rate, textCharacters } = options;
  const generating: GeneratorSettings = {
    ledger: flow.ledger,
    seed,
    articles,
    rate,
    poison: 0.02,
    feeds: 0.05,
    textCharacters,
  };
  const generator = startProgram('generator.ts', generating, world.env);
  programs.push(generator);
  const startedAt = Date.now();
  const { promise: feedsKnown, resolve: tellFeeds } = Promise.withResolvers<readonly string[]>();
  generator.on('message', (message: GeneratorMessage) => {
    if (message.kind === 'feeds') tellFeeds(message.urls);
    else if (message.kind === 'fetched') flow.isFetched = message.fetched;
    else if (message.kind === 'progress') {
      flow.versions = message.versions;
      flow.total = message.total;
    } else {
      flow.hasEnded = true;
      flow.loadSeconds = Math.round((Date.now() - startedAt) / 1_000);
      flow.repeats = message.repeats;
    }
  });
  generator.once('exit', (code) => {
    if (code === null) return;
    say(`the generator ended with ${code}: without a whole ledger nothing can be checked`);
    over.abort();
  });
  await followFeeds(world, await feedsKnown);
  const reading: ReaderSettings = { ledger: flow.ledger, journal: flow.journal, rest: world.rest, pauseMs: 25 };
  const reader = startProgram('reader.ts', reading, world.env);
  programs.push(reader);
  reader.on('message', (counts: ReaderCounts) => {
    flow.reader = counts;
  });
  return flow;
}

async function followFeeds({ rest }: World, urls: readonly string[]): Promise<void> {
  for (const [index, url] of urls.entries()) {
    const response = await fetch(`${rest}/api/v1/sources`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { type: 'sources', attributes: { name: `chaos ${index}`, url, type: 'rss' } } }),
    });
    if (!response.ok) throw new Error(`a source was refused: ${response.status} ${await response.text()}`);
  }
}

async function runPhases(chaos: Chaos, options: ChaosOptions, flow: Flow): Promise<void> {
  const acts: Readonly<Record<Phase, () => Promise<void>>> = {
    kills: () => killProcesses(chaos, ordersFor(options.points, options.timesEach, chaos.random)),
    stops: () => haltProcesses(chaos, options.stops),
    engines: () => restartEngines(chaos, options.engineRounds),
    vectors: () => holdVectors(chaos, options.vectors.times, options.vectors.ms),
    storm: () => stormOfRebalances(chaos, options.stormMs),
    rebuilds: () => rebuildViews(chaos, options.rebuildsEach),
    // Only what is behind the others in the topics can be a repeat of long ago.
    repeats: async () => {
      await until(() => flow.hasEnded, options.drainMs, chaos.signal);
      await repeatLate(chaos, 300);
    },
  };
  for (const lanes of options.order) {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const phase of lane.filter((one) => options.only.includes(one))) {
          if (chaos.signal.aborted) return;
          say(`phase ${phase} at ${chaos.tally.seconds} s`);
          chaos.tally.note('phase', { phase });
          await acts[phase]();
        }
      }),
    );
  }
  await until(() => flow.hasEnded, options.drainMs, chaos.signal);
}

async function drained(chaos: Chaos, flow: Flow, boundMs: number): Promise<boolean> {
  const names = chaosStages.map(({ name }) => name);
  const pool = openPostgres(chaos.world.runtime.config.databaseUrl, { log: chaos.world.runtime.log, max: 1 });
  const end = Date.now() + boundMs;
  let quiet = 0;
  let told = Date.now();
  try {
    while (Date.now() < end && !chaos.signal.aborted) {
      const lag = await lagOf(chaos.world, names);
      const { rows } = await pool.query<{ waiting: string }>(waitingInPostgres);
      const isQuiet = lag === 0 && flow.isFetched && Number(rows[0]?.waiting) === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (quiet >= 3) return true;
      if (Date.now() - told > 10_000) {
        told = Date.now();
        say(`${chaos.tally.seconds} s: ${lag} records wait, ${rows[0]?.waiting} rows in Postgres`);
      }
      await sleep(700);
    }
    return false;
  } finally {
    await pool.end();
  }
}

async function checkAll(
  world: World,
  { ledger, journal }: Pick<Flow, 'ledger' | 'journal'>,
  watched: Watched,
): Promise<CheckerReport | null> {
  say('checking');
  const settings: CheckerSettings = {
    ledger,
    journal,
    from: [],
    topics: ['article', 'article-unique', 'article-enriched', 'article-embedded'],
    views: ['postgres', 'redis', 'vectors'],
    rest: world.rest,
    watched,
  };
  const { output, code } = await runProgram('checker.ts', settings, world.env);
  try {
    return JSON.parse(output) as CheckerReport;
  } catch {
    say(`the checker ended with ${code} and said: ${output.slice(0, 2_000)}`);
    return null;
  }
}

function reasonsIn(check: CheckerReport | null): string[] {
  if (check === null) return ['nothing was checked'];
  return Object.entries(check.counts).flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`]));
}

function splitFailAt(failAt: string, kind: string): [actor: string, point: string] {
  const [, actor = kind, point = failAt] = /^(?:([\w-]+):)?([\w-]+)/u.exec(failAt) ?? [];
  return [actor, point];
}

function progressLine({ tally }: Chaos, flow: Flow): string {
  const { reader } = flow;
  return `${tally.seconds} s: ${flow.versions} of ${flow.total} versions made, ${tally.allKills} kills, ${tally.restartsOfEngines} engine restarts, ${reader?.articlesSeen ?? 0} articles read`;
}

/** Out of the data folder, which is removed. */
function keepPapers({ dataDir }: World): string {
  const folder = join('.mimir', 'chaos', String(Date.now()));
  mkdirSync(folder, { recursive: true });
  const services = processGroups.flatMap(({ name }) => instances[name] ?? [name]);
  const files = [
    'ledger.jsonl',
    'journal.jsonl',
    'actions.jsonl',
    'received.jsonl',
    ...['generator', 'reader', 'checker', ...services.map((name) => `service-${name}`)].map(
      (name) => `logs/${name}.log`,
    ),
  ];
  for (const file of files) {
    try {
      copyFileSync(join(dataDir, file), join(folder, file.replace('logs/', '')));
    } catch {
      // It was never written.
    }
  }
  return folder;
}
