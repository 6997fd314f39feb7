import type { Connector } from './connector.ts';
import { feed } from './connectors/feed.ts';
import { hackernews } from './connectors/hackernews.ts';
import { htmlList } from './connectors/html-list.ts';
import { jsonApi } from './connectors/json-api.ts';
import { push } from './connectors/push.ts';
import { reddit } from './connectors/reddit.ts';
import { sitemap } from './connectors/sitemap.ts';
import { SourceProblem } from './source-problem.ts';

/** Every connector: one line each. */
export const connectors: readonly Connector[] = [feed, sitemap, htmlList, jsonApi, hackernews, reddit, push];

/** @throws SourceProblem unknown-connector */
export function connectorNamed(name: string): Connector {
  const found = connectors.find((connector) => connector.name === name);
  if (found !== undefined) return found;
  const known = connectors.map((connector) => connector.name).join(', ');
  throw new SourceProblem('unknown-connector', `there is no connector "${name}"; there are: ${known}`);
}
