/**
 * `npm run eval:feeds -- DIR`: parses every feed of a directory (.xml .rss .atom .rdf .json .feed, also with .gz) and
 * prints how many were parsed, what was found in them, how long it took, and why others failed.
 *
 * `X.json` beside `X.xml` is what gofeed's tests would say of it; the share of right fields is printed then.
 *
 * Flags: `--json` (all results for programs, the entries of each file among them), `--compare` (runs
 * @rowanmanning/feed-parser beside ours).
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readFlags } from '../../flags.ts';
import { SourceProblem } from '../../../processors/collect/source-problem.ts';
import { compareWith } from './expectation.ts';
import { type FeedFile, findFeeds } from './find-feeds.ts';
import { countsOf, rawFeed, readFile, type ReadFile } from './read-file.ts';
import { type FileResult, render, summarize } from './report.ts';
import { countsByOther } from './rowanmanning.ts';

const { values, directory } = readFlags('Usage: npm run eval:feeds -- DIR [--compare] [--json]', () => {
  const given = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, compare: { type: 'boolean', default: false } },
  });
  const [path, ...others] = given.positionals;
  if (path === undefined || others.length > 0) throw new Error('give one directory of feeds');
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${path} is no directory`);
  return { values: given.values, directory: path };
});

const nothing = { items: 0, titles: 0, links: 0, dates: 0 };
const files = findFeeds(directory);
const results: (FileResult & { readonly feed: unknown })[] = [];
// What both parsers load at their first call is not measured.
await measure({
  path: '',
  bytes: Buffer.from('<rss><channel><item><title>a</title></item></channel></rss>'),
  expected: null,
});
for (const file of files) results.push(await measure(file));
const summary = summarize(results);
if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, results }, null, 1)}\n`);
else process.stdout.write(render(summary, results));

async function measure(file: FeedFile): Promise<FileResult & { readonly feed: unknown }> {
  const other = values.compare ? otherOf(file.bytes) : null;
  const expectedOnly = { path: file.path, other };
  try {
    const read = await readFile(file.bytes);
    return {
      ...expectedOnly,
      ok: true,
      format: read.wire.format,
      reason: null,
      counts: countsOf(read.wire),
      kept: read.kept,
      tookMs: read.tookMs,
      withEntriesMs: read.withEntriesMs,
      warnings: read.warnings,
      fields: fieldsOf(file, read),
      feed: read.wire,
    };
  } catch (error) {
    const reason = error instanceof SourceProblem ? error.message : `a fault of the parser: ${String(error)}`;
    return {
      ...expectedOnly,
      ok: false,
      format: null,
      reason,
      counts: nothing,
      kept: 0,
      tookMs: 0,
      withEntriesMs: 0,
      warnings: [],
      fields: [],
      feed: null,
    };
  }
}

function fieldsOf({ bytes, expected }: FeedFile, { wire }: ReadFile): FileResult['fields'] {
  if (expected === null) return [];
  return compareWith(expected, wire, wire.format === 'json' ? null : rawFeed(bytes));
}

function otherOf(bytes: Uint8Array): FileResult['other'] {
  try {
    const { tookMs, ...counts } = countsByOther(bytes);
    return { ok: true, counts, tookMs };
  } catch {
    return { ok: false, counts: nothing, tookMs: 0 };
  }
}
