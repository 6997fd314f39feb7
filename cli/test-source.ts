import { settingsOfType } from '../domain/connectors.ts';
import type { Credentials } from '../domain/credentials.ts';
import type { SourceTrial } from '../domain/source-trial.ts';
import { trySource } from '../processors/trials/try-source.ts';
import { openTrialTools } from '../processors/trials/trial-tools.ts';
import type { Config } from '../streams/config.ts';
import { InputError } from '../streams/errors.ts';
import { createLogger } from '../streams/logger.ts';
import { table } from './table.ts';

/** Longer than any source should take. */
const boundMs = 120_000;

/**
 * Shows what a source would yield, and stores nothing.
 *
 * @returns whether the source could be read
 */
export async function testSource(
  url: string,
  config: Config,
  options: {
    readonly type: string;
    readonly config: unknown;
    readonly credentials: Credentials | null;
    readonly json?: true;
  },
): Promise<boolean> {
  const settings = settingsOfType(options.type);
  if (settings === undefined) throw new InputError(`there is no type of source called ${options.type}`);
  await using tools = openTrialTools(config, createLogger('silent'));
  const source = { url, connector: settings.name, config: options.config, credentials: options.credentials };
  const trial = await trySource(source, tools, AbortSignal.timeout(boundMs));
  console.log(options.json === true ? JSON.stringify(trial) : drawTrial(trial));
  return trial.ok;
}

const shown = 10;
const shownText = 300;

/** For people. */
function drawTrial(trial: SourceTrial): string {
  if (!trial.ok) return `✗ ${trial.error_detail ?? trial.error_code ?? 'it cannot be read'}`;
  const { title, entries, articles, warnings, timings } = trial;
  const rows = entries
    .slice(0, shown)
    .map((entry) => [
      entry.published_at === null ? 'no date' : minuteOf(entry.published_at),
      entry.title.slice(0, 80) || '(no title)',
      entry.url,
    ]);
  const { robots_ms, fetch_ms, parse_ms, extract_ms } = timings;
  return [
    `✓ ${title ?? 'A source without a title'}: ${entries.length} entries`,
    `  robots.txt ${robots_ms} ms, fetching ${fetch_ms} ms, parsing ${parse_ms} ms, extracting ${extract_ms} ms`,
    ...(rows.length === 0 ? [] : ['', table(['PUBLISHED', 'TITLE', 'ADDRESS'], rows)]),
    ...(entries.length > shown ? [`… and ${entries.length - shown} more`] : []),
    ...articles.flatMap((article) => ['', ...drawArticle(article)]),
    ...(warnings.length === 0 ? [] : ['']),
    ...warnings.map((warning) => `! ${warning}`),
    '',
    `Nothing was stored. \`npx mimir source add ${trial.url}\` (with the same options) follows it.`,
  ].join('\n');
}

function drawArticle(article: SourceTrial['articles'][number]): readonly string[] {
  const { title, text, authors, published_at, published_at_source: from, extraction_method, page_error } = article;
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  return [
    `▸ ${title}`,
    `  ${minuteOf(published_at)} (${from})${authors.length > 0 ? `, ${authors.join(', ')}` : ''}, ${words} words by ${extraction_method}, confidence ${article.extraction_confidence.toFixed(2)}`,
    ...(page_error === null ? [] : [`  ! without its page: ${page_error}`]),
    ...(text === ''
      ? []
      : [`  ${text.slice(0, shownText).replaceAll(/\s+/g, ' ')}${text.length > shownText ? ' …' : ''}`]),
  ];
}

function minuteOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
