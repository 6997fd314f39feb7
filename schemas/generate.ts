/**
 * Writes schemas/types.ts from schemas/avro. With --check it writes nothing and fails where the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { type AvroField, type AvroType, loadRecords } from './load.ts';

const target = new URL('./types.ts', import.meta.url);

function declarations(): string {
  const named = new Map<string, string>();

  const typeOf = (type: AvroType): string => {
    if (typeof type === 'string') return primitives[type] ?? type.split('.').at(-1) ?? type;
    if (Array.isArray(type)) return type.map(typeOf).join(' | ');
    if ('symbols' in type) {
      named.set(type.name, `export type ${type.name} = ${type.symbols.map((symbol) => `'${symbol}'`).join(' | ')};`);
      return type.name;
    }
    if ('fields' in type) {
      declare(type.name, type.doc, type.fields);
      return type.name;
    }
    if ('items' in type) return `readonly (${typeOf(type.items)})[]`;
    return typeOf(type.type);
  };
  const declare = (name: string, doc: string | undefined, fields: readonly AvroField[]): void => {
    const lines = fields.map((field) => `${docComment(docOf(field))}readonly ${field.name}: ${typeOf(field.type)};`);
    named.set(name, `${docComment(doc)}export interface ${name} {\n${lines.join('\n')}\n}`);
  };

  for (const record of loadRecords().values()) declare(record.name, record.doc, record.fields);
  return [...named.keys()]
    .toSorted()
    .map((name) => named.get(name))
    .join('\n\n');
}

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
};

function docOf(field: AvroField): string | undefined {
  const isTime = JSON.stringify(field.type).includes('timestamp-millis');
  const unit = isTime ? 'Unix time in milliseconds.' : undefined;
  return [field.doc, unit].filter((part) => part !== undefined).join(' ') || undefined;
}

function docComment(doc: string | undefined): string {
  return doc === undefined ? '' : `/** ${doc} */\n`;
}

const source = `// Generated from schemas/avro by \`npm run generate\`. Do not edit.\n\n${declarations()}\n`;
const options = await resolveConfig(target);
const text = await format(source, { ...options, parser: 'typescript' });

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('schemas/types.ts is stale: run `npm run generate` and commit the result');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
