/**
 * `npm run bench:watch`: measures watching. matching: how many articles a second are held against thousands of saved
 * searches, beside Lucene Monitor, and what a changed search costs. dashboards: how long what dashboards ask takes.
 *
 * Flags: `--articles 1000`, `--searches 10000`, `--texts PATH` (a file of JSON objects, one a line, with title and text,
 * or a folder of text files, in place of made-up articles), `--rounds 5`, `--presearcher term` (of Lucene Monitor; or
 * multipass), `--only matching,dashboards`,
 * `--dashboard-articles 1000000`, `--dashboard-rounds 100`, `--json FILE` (the results for programs), `--write` (puts the report into
 * docs/benchmarks.md).
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { streamProgress } from '../../../infra/local/progress.ts';
import { readFlags, usageOf } from '../../flags.ts';
import { positive } from '../positive.ts';
import { writeResults } from '../results-page.ts';
import { describeMachine } from '../streams/machine.ts';
import { oneOf } from '../streams/options.ts';
import { measureDashboards } from './dashboards.ts';
import { measureMatching, presearchers } from './matching.ts';
import { renderReport, type WatchResults } from './report.ts';

const parts = ['matching', 'dashboards'] as const;

const options = {
  articles: { type: 'string', default: '1000' },
  searches: { type: 'string', default: '10000' },
  texts: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  presearcher: { type: 'string', default: 'term' },
  'dashboard-articles': { type: 'string', default: '1000000' },
  'dashboard-rounds': { type: 'string', default: '100' },
  only: { type: 'string', default: parts.join(',') },
  json: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;
const { only, matching, dashboards, json, write } = readFlags(usageOf('bench:watch', options), () => {
  const { values } = parseArgs({ options });
  return {
    ...values,
    only: values.only.split(',').map((part) => oneOf('only', part, parts)),
    matching: {
      articles: positive('articles', values.articles),
      searches: positive('searches', values.searches),
      texts: values.texts,
      rounds: positive('rounds', values.rounds),
      presearcher: oneOf('presearcher', values.presearcher, presearchers),
    },
    dashboards: {
      articles: positive('dashboard-articles', values['dashboard-articles']),
      rounds: positive('dashboard-rounds', values['dashboard-rounds']),
    },
  };
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const progress = streamProgress(process.stderr);
const results: WatchResults = {
  machine: await describeMachine(AbortSignal.timeout(30_000)),
  texts: matching.texts === undefined ? 'made up, words by Zipf’s law' : basename(matching.texts),
  matching: only.includes('matching') ? await measureMatching(progress, matching) : null,
  dashboards: only.includes('dashboards') ? await measureDashboards(progress, dashboards) : null,
};
const report = renderReport(results);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
if (write) await writeResults('bench:watch', report);
console.log(report);
