import type { ConnectorSettings } from './connector-settings.ts';
import { feed } from './connectors/feed.ts';
import { hackernews } from './connectors/hackernews.ts';
import { htmlList } from './connectors/html-list.ts';
import { jsonApi } from './connectors/json-api.ts';
import { push } from './connectors/push.ts';
import { reddit } from './connectors/reddit.ts';
import { sitemap } from './connectors/sitemap.ts';

/** The settings of every connector: one line each. */
export const connectorSettings: readonly ConnectorSettings[] = [
  feed,
  sitemap,
  htmlList,
  jsonApi,
  hackernews,
  reddit,
  push,
];

/** What a person may call a source's type. The formats of feeds are told apart by looking at what comes. */
export const sourceTypes: readonly string[] = connectorSettings.flatMap(({ types }) => types);

/** @returns undefined for a type that there is not */
export function settingsOfType(type: string): ConnectorSettings | undefined {
  return connectorSettings.find(({ types }) => types.includes(type));
}
