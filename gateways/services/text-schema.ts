import { z } from 'zod';

/** Postgres stores no NUL, and half a surrogate pair is no character. */
const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Text that every store takes. */
export function storableText(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength, { error: `should have at most ${maxLength} characters` })
    .refine(isStorable, { error: 'should hold no NUL and no half character' });
}

export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

/** A UUID in any of its versions, in the lower case that ids are compared in. */
export const idSchema = z.guid({ error: 'should be a UUID' }).toLowerCase();
