/**
 * Writes docs/asyncapi.json from the topology and the schemas. With --check it writes nothing and fails where the file
 * is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { stages } from '../actors.ts';
import { asyncApiDocument } from './document.ts';

const target = new URL('../../docs/asyncapi.json', import.meta.url);
const options = await resolveConfig(target);
const text = await format(JSON.stringify(asyncApiDocument(stages)), { ...options, parser: 'json' });

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/asyncapi.json is stale: run `npm run generate` and commit the result');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
