/**
 * Writes gateways/graphql/schema.graphql from the types. With --check it writes nothing and fails where the file is
 * stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { format, resolveConfig } from 'prettier';
import { schema } from './schema.ts';

const target = new URL('./schema.graphql', import.meta.url);
const options = await resolveConfig(target);
const text = await format(printSchema(lexicographicSortSchema(schema)), { ...options, parser: 'graphql' });

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write('gateways/graphql/schema.graphql is stale: run `npm run generate` and commit the result\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
