import type { Config } from '../../streams/config.ts';
import { duration, table } from '../table.ts';
import type { LoadedSources } from './first-sources.ts';
import type { ProcessState } from './supervisor.ts';

export interface Ready {
  readonly config: Config;
  readonly sources: LoadedSources;
  readonly states: readonly ProcessState[];
  readonly operationsUrl: string;
  readonly tookMs: number;
}

/** What a person sees when everything runs: what runs where, how to add a source, how to stop. */
export function readyScreen({ config, sources, operationsUrl, tookMs }: Ready): string {
  const rest = `http://${config.bindHost}:${config.ports.rest}`;
  const graphql = `http://${config.bindHost}:${config.ports.graphql}/graphql`;
  const rows = [
    ['REST API', `${rest}/api/v1/articles`],
    ['its documentation', `${rest}/docs`],
    ['search', `${rest}/api/v1/search?q=…&mode=hybrid`],
    ['GraphQL', graphql],
    ['metrics', `${operationsUrl}/metrics`],
    ['logs', `${config.dataDir}/logs`],
  ];
  return [
    '',
    `Mimir is ready (${duration(tookMs)}).`,
    '',
    table(['', ''], rows).trimStart(),
    '',
    sourcesLine(sources),
    '  add one     npx mimir source add https://example.org/feed.xml',
    '  how it goes npx mimir status',
    '',
    'There is no login yet, so everything listens on this machine only.',
    'Ctrl-C stops everything; the data stays.',
  ].join('\n');
}

/** The same for programs. */
export function readyReport({ config, sources, states, operationsUrl, tookMs }: Ready): object {
  return {
    ready: true,
    took_ms: tookMs,
    rest: `http://${config.bindHost}:${config.ports.rest}`,
    graphql: `http://${config.bindHost}:${config.ports.graphql}/graphql`,
    metrics: `${operationsUrl}/metrics`,
    sources,
    processes: states.map(({ name, actors, pid }) => ({ name, actors, pid })),
  };
}

function sourcesLine({ total, created, from, invalid }: LoadedSources): string {
  const refused = invalid.length === 0 ? '' : `, ${invalid.length} of the list could not be used`;
  if (from === 'starter') return `${total} sources, the starter list of public feeds${refused}`;
  if (from !== null) return `${total} sources, ${created} of them new from ${from}${refused}`;
  return total === 0 ? 'no sources yet' : `${total} sources`;
}
