import type { Edit } from './faults.ts';

/** @throws Error where a line to be changed does not stand there exactly once: the source was changed, and so must be the fault */
export function withEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const [before, after, ...more] = text.split(find);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`"${find}" does not stand exactly once in ${file}`);
    }
    return before + replace + after;
  }, source);
}
