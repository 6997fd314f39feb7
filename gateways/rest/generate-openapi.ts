/**
 * Writes gateways/rest/openapi.json from the routes. With --check it writes nothing and fails where the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from './openapi.ts';

const target = new URL('./openapi.json', import.meta.url);
const options = await resolveConfig(target);
const text = await format(JSON.stringify(openApiDocument()), { ...options, parser: 'json' });

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write('gateways/rest/openapi.json is stale: run `npm run generate` and commit the result\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
