import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { articleRoutes } from './article-routes.ts';
import { revisionRoutes } from './revision-routes.ts';
import { entityRoutes } from './entity-routes.ts';
import { apiVersion } from './envelope.ts';
import type { Route } from './route.ts';
import { settingsRoutes } from './settings-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { storyRoutes } from './story-routes.ts';

/** Every route of the API. */
export const routes: readonly Route[] = [
  ...articleRoutes,
  ...storyRoutes,
  ...entityRoutes,
  ...revisionRoutes,
  ...sourceRoutes,
  ...settingsRoutes,
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
      { name: 'keywords', description: 'What makes articles relevant to the organisation' },
    ],
  });
}
