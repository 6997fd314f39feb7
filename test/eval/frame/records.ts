import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ZodType } from 'zod';

/**
 * The records of a file of one JSON object a line, or of all such files of a folder (.jsonl, .ndjson, also with .gz),
 * in the order of their names. Lines of white space alone are passed over.
 *
 * @throws Error naming file, line and field of the first record that does not fit, or where there is none at all
 */
export function recordsOf<T>(given: string, schema: ZodType<T>): readonly T[] {
  const records = filesOf(given).flatMap((file) => readLines(file, schema));
  if (records.length === 0) throw new Error(`${given} holds no record; one JSON object a line is expected`);
  return records;
}

const isRecordFile = (name: string) => /\.(?:jsonl|ndjson)(?:\.gz)?$/u.test(name);

function filesOf(given: string): readonly string[] {
  const stats = statSync(given, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error(`${given} does not exist`);
  if (!stats.isDirectory()) return [given];
  const names = readdirSync(given).filter(isRecordFile).toSorted();
  if (names.length === 0) throw new Error(`${given} holds no .jsonl or .ndjson file`);
  return names.map((name) => path.join(given, name));
}

function readLines<T>(file: string, schema: ZodType<T>): readonly T[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/u, '');
  const records: T[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    records.push(recordOf(line, schema, `${file}:${at + 1}`));
  }
  return records;
}

function recordOf<T>(line: string, schema: ZodType<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${place} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${place}: ${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'does not fit'}`);
}
