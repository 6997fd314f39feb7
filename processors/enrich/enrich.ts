import type { Logger } from 'pino';
import { enrichmentOf, isSwitchedOff, laterNames } from '../../domain/enrichment-settings.ts';
import type { Article, ArticleEnriched, SkipReason, SkippedEnricher } from '../../schemas/types.ts';
import { emit, type StageDefinition } from '../../streams/stage.ts';
import { within } from '../../streams/within.ts';
import { type Enricher, type Findings, nothingFound } from './enricher.ts';
import { enricherMetrics, type EnricherMetrics } from './enricher-metrics.ts';
import { enrichers } from './enrichers.ts';

/** Raised when the output for the same input changes. */
const ownRevision = 3;

/** An enricher reads a bounded text and takes milliseconds: who takes longer than this hangs. */
const maxWaitMs = 10_000;

export const enrich = enrichWith(enrichers);

export interface EnrichOptions {
  /** Of the stage with these enrichers: whoever has others, or other versions of them, has a greater one. */
  readonly revision?: number;
  readonly waitMs?: number;
}

/** The stage with a list of enrichers, in their order. */
export function enrichWith(
  list: readonly Enricher[],
  { revision = ownRevision, waitMs = maxWaitMs }: EnrichOptions = {},
): StageDefinition<'article-unique', 'article-enriched'> {
  return {
    name: 'enrich',
    revision,
    purpose: 'Finds language, keywords, reading time, sentiment, summary, names and faults of quality',
    inputs: ['article-unique'],
    outputs: ['article-enriched'],
    async open({ metrics: registry, log: opening }) {
      const metrics = enricherMetrics(registry);
      for (const enricher of list) {
        // It fails again with each article, and the others judge all the same.
        await enricher
          .prepare?.()
          .catch((error: unknown) => opening.error({ err: error, enricher: enricher.name }, 'an enricher failed'));
      }
      return {
        handler: {
          kind: 'each',
          // The work is computing and never waits; more under way would only hold more in memory.
          concurrency: 4,
          async process({ key, value }, { log }) {
            const enriched = value === null ? null : await judged(value, list, { metrics, log, waitMs, revision });
            return emit([{ topic: 'article-enriched', key, value: enriched }]);
          },
        },
      };
    },
  };
}

interface Context {
  readonly metrics: EnricherMetrics;
  readonly log: Logger;
  readonly waitMs: number;
  readonly revision: number;
}

/** What one enricher finds does not depend on whether another fails, but for the language. */
async function judged(article: Article, list: readonly Enricher[], context: Context): Promise<ArticleEnriched> {
  const settings = enrichmentOf(article.enrichment);
  const { max_characters: most = Infinity } = settings;
  const read = article.text.length > most ? { ...article, text: article.text.slice(0, most) } : article;
  const skipped: SkippedEnricher[] = [];
  let found: Findings = nothingFound;
  for (const enricher of list) {
    if (isSwitchedOff(enricher.name, settings)) {
      skipped.push(skip(enricher, 'switched_off', context));
      continue;
    }
    // Between enrichers other work of the process gets its turn.
    await new Promise(setImmediate);
    const stop = context.metrics.duration.startTimer({ enricher: enricher.name });
    try {
      const answer = enricher.find(read, found);
      found = { ...found, ...(answer instanceof Promise ? await inTime(context.waitMs, answer) : answer) };
    } catch (error) {
      const reason = error instanceof TookTooLong ? 'timed_out' : 'failed';
      context.log.error({ err: error, enricher: enricher.name, article_id: article.article_id }, 'an enricher failed');
      skipped.push(skip(enricher, reason, context));
    } finally {
      stop();
    }
  }
  // Said here too, since the article has one place where it says what did not judge it.
  for (const name of laterNames) {
    if (isSwitchedOff(name, settings)) skipped.push(skip({ name }, 'switched_off', context));
  }
  return { article_id: article.article_id, version: article.version + context.revision, article, ...found, skipped };
}

function skip({ name }: Pick<Enricher, 'name'>, reason: SkipReason, { metrics }: Context): SkippedEnricher {
  metrics.skipped.inc({ enricher: name, reason });
  return { enricher: name, reason };
}

class TookTooLong extends Error {
  override name = 'TookTooLong';
}

const inTime = <T>(waitMs: number, answer: Promise<T>): Promise<T> =>
  within(waitMs, answer, () => new TookTooLong(`no answer within ${waitMs} ms`));
