/**
 * `npm run bench:collect`: measures collecting on engines and feeds of its own, on loopback: whether one process holds
 * the schedule of many feeds, how fast feeds are fetched and parsed, and how long a feed reader's feeds take to the view.
 *
 * Flags: `--feeds 10000`, `--interval-minutes 15`, `--rounds 5` (3 of the way to the view), `--only schedule,fetch,view`,
 * `--json FILE` (the results for programs), `--write` (puts the report into docs/benchmarks.md).
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { streamProgress } from '../../../infra/local/progress.ts';
import { readFlags, usageOf } from '../../flags.ts';
import { positive } from '../positive.ts';
import { writeResults } from '../results-page.ts';
import { describeMachine } from '../streams/machine.ts';
import { oneOf } from '../streams/options.ts';
import { measureFetchAndParse } from './fetch-and-parse.ts';
import { type CollectResults, renderReport } from './report.ts';
import { measureSchedule } from './schedule.ts';
import { measureToView } from './to-view.ts';

const parts = ['schedule', 'fetch', 'view'] as const;

const options = {
  feeds: { type: 'string', default: '10000' },
  'interval-minutes': { type: 'string', default: '15' },
  rounds: { type: 'string', default: '5' },
  only: { type: 'string', default: parts.join(',') },
  json: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;
const { only, feeds, intervalSeconds, rounds, json, write } = readFlags(usageOf('bench:collect', options), () => {
  const { values } = parseArgs({ options });
  return {
    ...values,
    only: values.only.split(',').map((part) => oneOf('only', part, parts)),
    feeds: positive('feeds', values.feeds),
    intervalSeconds: positive('interval-minutes', values['interval-minutes']) * 60,
    rounds: positive('rounds', values.rounds),
  };
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const progress = streamProgress(process.stderr);
const results: CollectResults = {
  machine: await describeMachine(AbortSignal.timeout(30_000)),
  fetch: only.includes('fetch') ? await measureFetchAndParse(progress, { feeds: 1_000, entries: 20, rounds }) : null,
  toView: only.includes('view')
    ? await measureToView(progress, { feeds: 1_000, entries: 20, rounds: Math.min(3, rounds) })
    : null,
  schedule: only.includes('schedule') ? await measureSchedule(progress, { feeds, intervalSeconds }) : null,
};
const report = renderReport(results);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
if (write) await writeResults('bench:collect', report);
console.log(report);
