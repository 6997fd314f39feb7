/**
 * Measures how near duplicates are found: `npm run eval:dedup -- FILE [--json]`. Records are of id, title, text, group
 * and kind: `original`, or how the text was edited.
 */
import { z } from 'zod';
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluate } from './evaluate.ts';

const label = z.union([z.string(), z.number()]).transform(String);
const record = z.object({ id: label, title: z.string().default(''), text: z.string(), group: label, kind: z.string() });

await runEval({ name: 'dedup', input: 'FILE', run: (path) => evaluate(recordsOf(path, record)) });
