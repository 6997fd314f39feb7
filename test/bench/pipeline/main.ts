/**
 * `npm run bench:pipeline`: measures the way from raw articles to all views on engines of its own: articles a second with
 * and without embeddings, the CPU of each stage, embeddings beside a bare loop and the packaged model, and how soon an
 * article is found, and what an article costs while few or many are stored.
 *
 * Flags: `--articles 9000`, `--texts FILE` (one JSON object a line with title and text, in place of made-up stories),
 * `--rounds 5` (of articles and embeddings), `--seconds 60` (of freshness, at 5 articles/s), `--stored 1000,100000,1000000` (while so many
 * are stored, ascending), `--only with,without,embeddings,freshness,growth`, `--json FILE` (the results for programs),
 * `--write` (puts the report into docs/benchmarks.md).
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchEmbeddingModel } from '../../../infra/local/embedding-model.ts';
import { prepareEmbeddingModel } from '../../../infra/local/fused-model.ts';
import { streamProgress } from '../../../infra/local/progress.ts';
import { loadConfig } from '../../../streams/config.ts';
import { readFlags, usageOf } from '../../flags.ts';
import { positive } from '../positive.ts';
import { writeResults } from '../results-page.ts';
import { describeMachine } from '../streams/machine.ts';
import { oneOf } from '../streams/options.ts';
import { measureEmbeddings } from './embeddings.ts';
import { measureFreshness } from './freshness.ts';
import { measureGrowth } from './growth.ts';
import { storiesIn, storyOf } from './news.ts';
import { type PipelineResults, renderReport } from './report.ts';
import { measureThroughput } from './throughput.ts';

const parts = ['with', 'without', 'embeddings', 'freshness', 'growth'] as const;
const freshArticlesPerSecond = 5;
const grownArticles = 500;

const options = {
  // Rounds of some hundred show how stages begin and end rather than how they run.
  articles: { type: 'string', default: '9000' },
  texts: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '60' },
  stored: { type: 'string', default: '1000,100000,1000000' },
  only: { type: 'string', default: parts.join(',') },
  json: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;
const { only, articles, texts, rounds, seconds, stored, json, write } = readFlags(
  usageOf('bench:pipeline', options),
  () => {
    const { values } = parseArgs({ options });
    return {
      ...values,
      only: values.only.split(',').map((part) => oneOf('only', part, parts)),
      articles: positive('articles', values.articles),
      rounds: positive('rounds', values.rounds),
      seconds: positive('seconds', values.seconds),
      stored: values.stored.split(',').map((size) => positive('stored', size)),
    };
  },
);
const given = texts === undefined ? undefined : storiesIn(texts);
const stories = given?.slice(0, articles) ?? Array.from({ length: articles }, (_, index) => storyOf(index));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const progress = streamProgress(process.stderr);
const { signal } = new AbortController();
const throughput = [];
if (only.includes('without')) throughput.push(await measureThroughput(progress, stories, { embeds: false, rounds }));
if (only.includes('with')) throughput.push(await measureThroughput(progress, stories, { embeds: true, rounds }));
const results: PipelineResults = {
  machine: await describeMachine(AbortSignal.timeout(30_000)),
  texts: texts === undefined ? 'made up, some 2,500 characters' : basename(texts),
  throughput,
  embeddings: only.includes('embeddings') ? await embeddings() : null,
  freshness: only.includes('freshness')
    ? await measureFreshness(progress, { perSecond: freshArticlesPerSecond, seconds })
    : null,
  growth: only.includes('growth') ? await measureGrowth(progress, stored, grownArticles) : [],
};
const report = renderReport(results);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
if (write) await writeResults('bench:pipeline', report);
console.log(report);

async function embeddings(): Promise<PipelineResults['embeddings']> {
  const { cacheDir } = loadConfig();
  const inUse = await prepareEmbeddingModel(cacheDir, progress, signal);
  const packaged = await fetchEmbeddingModel(cacheDir, progress, signal);
  return measureEmbeddings(progress, inUse, packaged, rounds);
}
