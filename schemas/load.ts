import { readdirSync, readFileSync } from 'node:fs';

/** An Avro record as its file holds it: named types of other files stand as their full names. */
export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly namespace: string;
  readonly doc?: string;
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  readonly doc?: string;
  readonly default?: unknown;
}

export type AvroType =
  | string
  | AvroType[]
  | { readonly type: 'record'; readonly name: string; readonly doc?: string; readonly fields: readonly AvroField[] }
  | { readonly type: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: string; readonly logicalType: string };

const folder = new URL('./avro/', import.meta.url);

/** Every record of `schemas/avro`, by file name without its ending. */
export function loadRecords(): ReadonlyMap<string, AvroRecord> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.avsc'));
  return new Map(
    files
      .toSorted()
      .map((file) => [
        file.slice(0, -'.avsc'.length),
        JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as AvroRecord,
      ]),
  );
}

/**
 * The record's schema with every named type of another file written out where it first occurs: what a registry and
 * other teams' tools can read without our other files.
 *
 * @param name file name in `schemas/avro` without its ending
 */
export function selfContainedSchema(name: string, records = loadRecords()): AvroRecord {
  const byFullName = new Map([...records.values()].map((record) => [`${record.namespace}.${record.name}`, record]));
  const written = new Set<string>();

  const expand = (type: AvroType): AvroType => {
    if (typeof type === 'string') {
      const named = byFullName.get(type);
      if (named === undefined || written.has(type)) return type;
      written.add(type);
      return expandRecord(named);
    }
    if (Array.isArray(type)) return type.map(expand);
    if ('fields' in type) return { ...type, fields: type.fields.map(expandField) };
    if ('items' in type) return { ...type, items: expand(type.items) };
    return type;
  };
  const expandField = (field: AvroField): AvroField => ({ ...field, type: expand(field.type) });
  const expandRecord = (record: AvroRecord): AvroRecord => ({ ...record, fields: record.fields.map(expandField) });

  const record = records.get(name);
  if (record === undefined) throw new Error(`schemas/avro/${name}.avsc does not exist`);
  written.add(`${record.namespace}.${record.name}`);
  return expandRecord(record);
}
