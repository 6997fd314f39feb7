import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Router } from 'express';
import { openApiDocument } from './openapi.ts';

/** Folder of Swagger UI's files. */
const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Only what the page needs; its scripts stand in files of this server, as the content security policy wants it. */
const servedAssets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Mimir API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

export function mountDocs(router: Router): void {
  const document = JSON.stringify(openApiDocument());
  router.get('/api/v1/openapi.json', (_request, response) => {
    response.locals['endpoint'] = '/api/v1/openapi.json';
    response.type('json').send(document);
  });
  router.use('/docs', (_request, response, next) => {
    response.locals['endpoint'] = '/docs';
    next();
  });
  router.get('/docs', (_request, response) => void response.type('html').send(page));
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(start));
  for (const file of servedAssets) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(file, { root: assets, maxAge: '1h' });
    });
  }
}
