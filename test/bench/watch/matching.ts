import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../../infra/local/progress.ts';
import { run } from '../../../infra/local/run.ts';
import { loadConfig } from '../../../streams/config.ts';
import { buildJava, type JavaProject, missingForJava } from '../java-program.ts';
import { rotated, type Spread, spreadOf } from '../statistics.ts';
import { type MatchRound, type RunningMatcher, startMatcher } from './contender.ts';
import { benchInput, type BenchInput, type InputOptions } from './input.ts';
import { luceneArticle, luceneSearch } from './lucene-form.ts';

export interface MatchingOptions extends InputOptions {
  readonly rounds: number;
  readonly presearcher: Presearcher;
}

/** Of Lucene Monitor: how it finds the queries that it looks at. */
export const presearchers = ['term', 'multipass'] as const;
export type Presearcher = (typeof presearchers)[number];

export interface MatchingResult {
  readonly articles: number;
  /** Median length of the articles, in words. */
  readonly words: number;
  /** Whether each program was held on one core. */
  readonly isPinned: boolean;
  readonly presearcher: Presearcher;
  readonly contenders: readonly ContenderResult[];
  /** Mimir's rate over Lucene Monitor's on the same searches; null where that cannot be run here. */
  readonly ratio: Spread | null;
  /** Matches of English articles that both find, or one of them alone. */
  readonly agreement: { readonly words: Agreement; readonly all: Agreement } | null;
}

export interface ContenderResult {
  readonly name: string;
  readonly searches: number;
  readonly articlesPerSecond: Spread;
  readonly matchesPerArticle: number;
  /** Searches that an article was held against in full. */
  readonly candidatesPerArticle: number;
  readonly loadSeconds: number;
  readonly changeMs: { readonly p50: number; readonly p95: number };
  /** Heap that the searches take. */
  readonly memoryMb: number;
}

export interface Agreement {
  readonly both: number;
  readonly mimirOnly: number;
  readonly luceneOnly: number;
}

const luceneMonitor: JavaProject = {
  name: 'lucene-monitor',
  sources: 'src/main/java/news/mimir/bench/monitor',
  what: 'Lucene Monitor',
  aboutBytes: 6_200_000,
};
const [ours, oursBeside, theirs] = ['Mimir', 'Mimir, what Lucene Monitor has clauses for', 'Lucene Monitor'] as const;
const changes = 100;

/** Each contender is a process that stays; they take turns, one at a time, each round beginning with another. */
export async function measureMatching(progress: Progress, options: MatchingOptions): Promise<MatchingResult> {
  const { signal } = new AbortController();
  const dir = mkdtempSync(join(tmpdir(), 'mimir-bench-watch-'));
  await using running = new AsyncDisposableStack();
  running.defer(() => rmSync(dir, { recursive: true }));
  const input = benchInput(options);
  const pin = await pinning(signal);
  const matchers = new Map<string, RunningMatcher>();
  for (const [name, [command, ...args]] of await commandsOf(options, input, dir, { progress, signal })) {
    const step = progress.step(`${name}: load the searches`);
    const [program = '', ...all] = [...pin, command, ...args];
    matchers.set(name, running.use(await startMatcher(name, program, all)));
    step.done();
  }

  const rounds = new Map<string, MatchRound[]>([...matchers.keys()].map((name) => [name, []]));
  for (let round = -1; round < options.rounds; round += 1) {
    for (const [name, matcher] of rotated([...matchers], Math.max(0, round))) {
      const step = progress.step(`${name}, ${round < 0 ? 'warming up' : `round ${round + 1}`}`);
      const result = await matcher.match();
      if (round >= 0) rounds.get(name)?.push(result);
      step.done(`${rateOf(result).toFixed(0)} articles/s`);
    }
  }
  const contenders = [];
  for (const [name, matcher] of matchers) contenders.push(await resultOf(name, matcher, rounds.get(name) ?? []));
  const [own, lucene] = [matchers.get(oursBeside), matchers.get(theirs)];
  return {
    articles: input.articles.length,
    words: input.articles.map(({ words }) => words).toSorted((a, b) => a - b)[input.articles.length >> 1] ?? 0,
    isPinned: pin.length > 0,
    presearcher: options.presearcher,
    contenders,
    ratio: ratioOf(rounds.get(oursBeside) ?? [], rounds.get(theirs) ?? []),
    agreement: own === undefined || lucene === undefined ? null : await agreementOf(input, dir, own, lucene),
  };
}

/** What holds a program on one core; empty where the system has no means. */
async function pinning(signal: AbortSignal): Promise<readonly string[]> {
  const core = String(availableParallelism() - 1);
  return run('taskset', ['-c', core, 'true'], { signal }).then(
    () => ['taskset', '-c', core],
    () => [],
  );
}

async function commandsOf(
  { articles, searches, texts, presearcher }: MatchingOptions,
  input: BenchInput,
  dir: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<readonly (readonly [name: string, command: readonly [string, ...string[]]])[]> {
  const script = fileURLToPath(new URL('matcher-script.ts', import.meta.url));
  const size = ['--articles', String(articles), '--searches', String(searches)];
  const mimir = [process.execPath, '--expose-gc', script, ...size, ...(texts === undefined ? [] : ['--texts', texts])];
  const all: (readonly [string, readonly [string, ...string[]]])[] = [
    [ours, mimir as [string]],
    [oursBeside, [...mimir, '--expressible'] as unknown as [string]],
  ];
  const { cacheDir } = loadConfig();
  const missing = await missingForJava(cacheDir, luceneMonitor, signal);
  for (const line of missing) console.error(`without Lucene Monitor: ${line}`);
  if (missing.length > 0) return all;
  const classPath = await buildJava(cacheDir, luceneMonitor, { progress, signal });
  const [articlesFile, searchesFile] = [join(dir, 'articles.tsv'), join(dir, 'searches.tsv')];
  writeFileSync(articlesFile, input.articles.map((article) => `${luceneArticle(article)}\n`).join(''));
  const lines = input.searches.flatMap(({ id, query }) => {
    const form = luceneSearch(query);
    return form === null ? [] : [`${id}\t${form}\n`];
  });
  writeFileSync(searchesFile, lines.join(''));
  const java = ['java', '-Xms512m', '-Xmx512m', '-cp', classPath, 'news.mimir.bench.monitor.MonitorProgram'] as const;
  const flags = ['--articles', articlesFile, '--searches', searchesFile, '--presearcher', presearcher];
  return [...all, [theirs, [...java, ...flags]]];
}

const rateOf = ({ articles, nanos }: MatchRound): number => (articles / nanos) * 1e9;

async function resultOf(
  name: string,
  matcher: RunningMatcher,
  rounds: readonly MatchRound[],
): Promise<ContenderResult> {
  const { bytes } = await matcher.memory();
  const { p50, p95 } = await matcher.change(changes);
  const last = rounds.at(-1);
  return {
    name,
    searches: matcher.loaded.searches,
    articlesPerSecond: spreadOf(rounds.map(rateOf)),
    matchesPerArticle: last === undefined ? 0 : last.matches / last.articles,
    candidatesPerArticle: last === undefined ? 0 : last.candidates / last.articles,
    loadSeconds: matcher.loaded.nanos / 1e9,
    changeMs: { p50: p50 / 1e6, p95: p95 / 1e6 },
    memoryMb: bytes / 2 ** 20,
  };
}

function ratioOf(own: readonly MatchRound[], lucene: readonly MatchRound[]): Spread | null {
  if (lucene.length === 0) return null;
  return spreadOf(own.flatMap((round, at) => (lucene[at] === undefined ? [] : [rateOf(round) / rateOf(lucene[at])])));
}

async function agreementOf(
  { articles, searches }: BenchInput,
  dir: string,
  own: RunningMatcher,
  lucene: RunningMatcher,
): Promise<{ readonly words: Agreement; readonly all: Agreement }> {
  const [ownFile, luceneFile] = [join(dir, 'mimir.tsv'), join(dir, 'lucene.tsv')];
  await own.dump(ownFile);
  await lucene.dump(luceneFile);
  const plain = new Set(searches.filter(({ kind }) => kind === 'words').map(({ id }) => id));
  // Lucene stems every article as English.
  const english = (line: string): boolean => articles[Number(line.slice(0, line.indexOf('\t')))]?.language === 'en';
  const linesOf = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && english(line));
  const [ownLines, luceneLines] = [linesOf(ownFile), linesOf(luceneFile)];
  const ofWords = (line: string): boolean => plain.has(line.slice(line.indexOf('\t') + 1));
  return {
    words: compared(ownLines.filter(ofWords), luceneLines.filter(ofWords)),
    all: compared(ownLines, luceneLines),
  };
}

function compared(own: readonly string[], lucene: readonly string[]): Agreement {
  const [mine, other] = [new Set(own), new Set(lucene)];
  return {
    both: own.filter((line) => other.has(line)).length,
    mimirOnly: own.filter((line) => !other.has(line)).length,
    luceneOnly: lucene.filter((line) => !mine.has(line)).length,
  };
}
