import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { alertRoutes } from './alert-routes.ts';
import { analyticsRoutes } from './analytics-routes.ts';
import { articleRoutes } from './article-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { forecastRoutes } from './forecast-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { reportScheduleRoutes } from './report-schedule-routes.ts';
import { revisionRoutes } from './revision-routes.ts';
import { entityRoutes } from './entity-routes.ts';
import { apiVersion } from './envelope.ts';
import type { Route } from './route.ts';
import { savedSearchRoutes } from './saved-search-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { storyRoutes } from './story-routes.ts';

/** Every route of the API. */
export const routes: readonly Route[] = [
  ...articleRoutes,
  ...queryRoutes,
  ...storyRoutes,
  ...entityRoutes,
  ...revisionRoutes,
  ...sourceRoutes,
  ...settingsRoutes,
  ...analyticsRoutes,
  ...savedSearchRoutes,
  ...alertRoutes,
  ...channelRoutes,
  ...ruleRoutes,
  ...forecastRoutes,
  ...reportRoutes,
  ...reportScheduleRoutes,
];

/** The OpenAPI 3.1 document of the routes. */
export function openApiDocument() {
  const registry = new OpenAPIRegistry();
  for (const { operation } of routes) registry.registerPath(operation);
  return new OpenApiGeneratorV31(registry.definitions, { sortComponents: 'alphabetically' }).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Mimir',
      version: `${apiVersion}.0`,
      description:
        'News as a stream: articles, search and the sources they come from.\n\n' +
        'A caller may name the version that it was written for, as `Accept: application/json; version=1` or as ' +
        '`API-Version: 1`; another one is refused. Reads carry an ETag. Every answer has an X-Request-Id; one that is ' +
        'sent along is kept. Times are ISO 8601 in UTC.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'articles', description: 'Reading and searching' },
      { name: 'stories', description: 'Articles about one event' },
      { name: 'sources', description: 'Feeds that are followed' },
      { name: 'topics', description: 'Topics of the organisation, told by examples or a description' },
      { name: 'analytics', description: 'What is counted, what rises, what is unusual' },
      { name: 'keywords', description: 'What makes articles relevant to the organisation' },
      { name: 'saved-searches', description: 'Searches that are kept, and that raise alerts' },
      { name: 'alerts', description: 'What a person must not miss' },
      { name: 'channels', description: 'Where the organisation is notified' },
      { name: 'reports', description: 'The day, or the week, on one page' },
      { name: 'rules', description: 'What the organisation does to the articles that come' },
    ],
  });
}
