import { z } from 'zod';
import { generator } from '../frame/bootstrap.ts';
import { recordsOf } from '../frame/records.ts';

export interface LabelledText {
  readonly text: string;
  readonly topic: string;
  /** Further texts of the same topic, to learn from. */
  readonly examples?: readonly string[] | undefined;
}

const label = z.union([z.string().min(1), z.number()]).transform(String);
const schema = z.object({ text: z.string(), topic: label, examples: z.array(z.string()).optional() });
const definitionSchema = z.object({
  topic: label,
  definition: z.union([
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z.array(z.string().min(1)).min(1),
  ]),
});

/** @param limit so many, drawn in the same way each time; null takes all */
export function labelledTexts(path: string, limit: number | null): readonly LabelledText[] {
  const texts = recordsOf(path, schema);
  return limit === null ? texts : drawn(texts, limit);
}

/** Sentences that say what a topic is about: {"topic": "…", "definition": "…" or ["…", "…"]} a line. */
export function definitionsOf(path: string): ReadonlyMap<string, readonly string[]> {
  return new Map(recordsOf(path, definitionSchema).map(({ topic, definition }) => [topic, definition]));
}

/** @throws Error for what is no whole number of 1 or more */
export function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${flag} ${text} is no whole number of 1 or more`);
  return number;
}

/** So many of them at most, the same in every run. */
export function drawn<T>(all: readonly T[], count: number): readonly T[] {
  const random = generator(1);
  return all
    .map((one) => ({ one, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ one }) => one);
}
