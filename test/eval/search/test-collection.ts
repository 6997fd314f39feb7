import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { recordsOf } from '../frame/records.ts';
import type { Grades } from './ranking-figures.ts';

export interface TestDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  readonly grades: Grades;
}

/** Documents, queries, and which documents answer which query. */
export interface TestCollection {
  readonly documents: readonly TestDocument[];
  /** Those that have a judgement. */
  readonly queries: readonly JudgedQuery[];
}

const documentSchema = z.object({ id: z.string().min(1), title: z.string().default(''), text: z.string() });
const querySchema = z.object({ id: z.string().min(1), text: z.string().trim().min(1) });

/**
 * @param folder with documents.jsonl (id, title, text), queries.jsonl (id, text) and judgements.tsv (query, document,
 *   grade)
 * @throws Error naming file and line of what does not fit
 */
export function testCollection(folder: string): TestCollection {
  const documents = recordsOf(path.join(folder, 'documents.jsonl'), documentSchema);
  const known = new Set(documents.map(({ id }) => id));
  if (known.size < documents.length) throw new Error(`${folder}/documents.jsonl has an id more than once`);
  const grades = judgementsOf(path.join(folder, 'judgements.tsv'), known);
  const queries = recordsOf(path.join(folder, 'queries.jsonl'), querySchema).flatMap(({ id, text }) => {
    const judged = grades.get(id);
    return judged === undefined ? [] : [{ id, text, grades: judged }];
  });
  if (queries.length === 0) throw new Error(`no query of ${folder} has a judgement`);
  return { documents, queries };
}

function judgementsOf(file: string, known: ReadonlySet<string>): ReadonlyMap<string, Grades> {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const grades = new Map<string, Map<string, number>>();
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const [query = '', document = '', grade = ''] = line.split('\t').map((cell) => cell.trim());
    const place = `${file}:${index + 1}`;
    if (!/^\d+(?:\.\d+)?$/u.test(grade))
      throw new Error(`${place} should be query, document and grade, with tabs between`);
    if (!known.has(document)) throw new Error(`${place} judges the document ${document}, which does not exist`);
    const ofQuery = grades.get(query) ?? new Map<string, number>();
    grades.set(query, ofQuery.set(document, Number(grade)));
  }
  return grades;
}
