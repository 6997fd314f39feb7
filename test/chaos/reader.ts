/**
 * Reads all the time, by REST and in Postgres, and writes down what it sees: an article that was there once must stay,
 * and its version must not go back. Ends with the process that started it.
 */
import { appendFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openPostgres } from '../../gateways/postgres.ts';
import { loadConfig } from '../../streams/config.ts';
import { createLogger } from '../../streams/logger.ts';
import type { LedgerLine } from './ledger.ts';
import { seededRandom } from './random.ts';
import type { ReaderCounts, ReaderJournalLine } from './reader-journal.ts';
import { ReaderMemory } from './reader-memory.ts';

export interface ReaderSettings {
  readonly ledger: string;
  readonly journal: string;
  readonly rest: string;
  /** Between two reads, in milliseconds. */
  readonly pauseMs: number;
}

const { values } = parseArgs({ options: { settings: { type: 'string' } } });
const settings = JSON.parse(values.settings ?? '{}') as ReaderSettings;
const config = loadConfig(process.env, { instance: false });
const random = seededRandom(7);
const pool = openPostgres(config.databaseUrl, { log: createLogger('silent', {}), max: 2 });
process.once('disconnect', () => process.exit(0));

/** Latest first is likely: what was just made is what changes. */
const known: string[] = [];
const isKnown = new Set<string>();
const requestBoundMs = 5_000;
const idsAtOnce = 50;

const byRest = new ReaderMemory('reader of rest', write);
const byList = new ReaderMemory('reader of lists', write);
const inPostgres = new ReaderMemory('reader of postgres', write);
let reads = 0;
let degraded = 0;
let longestDegradedMs = 0;

void followLedger();
void insist(readPostgres);
void insist(readOne);
void insist(readList);
for (;;) {
  const counts: ReaderCounts = { reads, articlesSeen: byRest.seen.size, degraded, longestDegradedMs };
  process.send?.(counts);
  await sleep(1_000);
}

async function insist(read: () => Promise<void>): Promise<never> {
  let degradedSince: number | undefined;
  for (;;) {
    if (known.length > 0) {
      try {
        await read();
        reads += 1;
        if (degradedSince !== undefined) longestDegradedMs = Math.max(longestDegradedMs, Date.now() - degradedSince);
        degradedSince = undefined;
      } catch {
        degraded += 1;
        degradedSince ??= Date.now();
      }
    }
    await sleep(settings.pauseMs);
  }
}

async function readOne(): Promise<void> {
  const id = chosen();
  const response = await fetch(`${settings.rest}/api/v1/articles/${id}?fields=title`, {
    signal: AbortSignal.timeout(requestBoundMs),
  });
  const body = (await response.json()) as { data?: { attributes: { title: string } } };
  if (response.status === 404) byRest.missing(id);
  else if (response.ok && body.data !== undefined) byRest.found(id, body.data.attributes.title);
  else throw new Error(`answered with ${response.status}`);
}

/** Lists may be cached for their lifetime: of them it is asked only that they do not go back. */
async function readList(): Promise<void> {
  const response = await fetch(`${settings.rest}/api/v1/articles?limit=50&fields=title&sort=-scraped_at`, {
    signal: AbortSignal.timeout(requestBoundMs),
  });
  if (!response.ok) throw new Error(`answered with ${response.status}`);
  const body = (await response.json()) as { data: readonly { id: string; attributes: { title: string } }[] };
  for (const { id, attributes } of body.data) byList.found(id, attributes.title);
}

async function readPostgres(): Promise<void> {
  const ids = [...new Set(Array.from({ length: idsAtOnce }, chosen))];
  const { rows } = await pool.query<{ id: string; title: string }>(
    'select id, title from content.articles where id = any($1::uuid[])',
    [ids],
  );
  const found = new Map(rows.map(({ id, title }) => [id, title]));
  for (const id of ids) {
    const title = found.get(id);
    if (title === undefined) inPostgres.missing(id);
    else inPostgres.found(id, title);
  }
}

function chosen(): string {
  const recent = random.chance(0.5) ? known.slice(-200) : known;
  return random.pick(recent);
}

/** Learns of new articles as the generator writes them down. */
async function followLedger(): Promise<void> {
  const file = await open(settings.ledger, 'a+');
  const chunk = Buffer.alloc(4 * 1024 * 1024);
  let rest = '';
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    at += bytesRead;
    const lines = (rest + chunk.subarray(0, bytesRead).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as LedgerLine;
      if (line.kind !== 'article' || isKnown.has(line.id)) continue;
      isKnown.add(line.id);
      known.push(line.id);
    }
    if (bytesRead < chunk.length) await sleep(300);
  }
}

function write(line: ReaderJournalLine): void {
  appendFileSync(settings.journal, `${JSON.stringify(line)}\n`);
}
