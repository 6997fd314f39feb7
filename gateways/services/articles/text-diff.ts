import { type Change, diffLines, diffWordsWithSpace } from 'diff';

/** A run of a text that two versions share, or that one of them lacks. In order, they make up both versions. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Comparing two versions word by word takes longer the less they have in common. */
const maxMs = 50;

/** What changed from one text to another: by words, by paragraphs where that takes too long, or as a whole. */
export function textDiff(before: string, after: string): readonly DiffPart[] {
  const bounded = { timeout: maxMs };
  const changes =
    diffWordsWithSpace(before, after, bounded) ?? diffLines(before, after, bounded) ?? replaced(before, after);
  return changes.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

function replaced(before: string, after: string): readonly Pick<Change, 'added' | 'removed' | 'value'>[] {
  return [
    { added: false, removed: true, value: before },
    { added: true, removed: false, value: after },
  ];
}
