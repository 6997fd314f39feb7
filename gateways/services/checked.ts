import type { z } from 'zod';
import { Invalid } from './faults.ts';

/**
 * The input in the form that the schema gives it. Services check what they are given themselves, so that every API
 * refuses the same things in the same words.
 *
 * @throws Invalid that names every fault
 */
export function checked<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Invalid(
    ...parsed.error.issues.map((issue) => ({
      field: issue.path.map(String).join('.'),
      code: issue.code,
      detail: issue.message,
    })),
  );
}
