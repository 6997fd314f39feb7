import { type Common, commonOf, nearMethod } from '../../../processors/dedup/near/nearness.ts';
import { nearFactsOf, sketchOf } from '../../../processors/dedup/near/sketch.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Figure, Outcome, Table } from '../frame/report.ts';
import { originalsOf } from './judge.ts';
import { isSameStory } from './same-story.ts';

export interface DedupRecord {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly group: string;
  /** `original`, or how it was edited. */
  readonly kind: string;
}

const shownErrors = 40;

/** Two records that are linked to the same original and belong to different groups. */
interface FalsePair {
  readonly a: DedupRecord;
  readonly b: DedupRecord;
}

/**
 * Judges all records as the stage would, originals published first, and then once more in the other direction, as if
 * each copy had been published before its original.
 */
export function evaluate(records: readonly DedupRecord[]): Outcome {
  const startedAt = performance.now();
  const originals = originalsOf(records);
  const msPerText = (performance.now() - startedAt) / records.length;
  const backwards = originalsOf(records.toReversed())
    .map((at) => records.length - 1 - at)
    .toReversed();
  const groups = [...Map.groupBy(records.keys(), (at) => records[at]?.group ?? '').values()];

  const found = recallOf(records, groups, originals);
  const foundBackwards = recallOf(records, groups, backwards);
  const pairs = falsePairsOf(records, originals);
  const marked = unmarkedOf(records, pairs);
  const differing = pairs.filter((pair) => !marked.has(groupsOf(pair)));
  const crossPairs = choose2(records.length) - groups.reduce((sum, group) => sum + choose2(group.length), 0);

  const recalls = [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, copies]) => ({
    kind,
    copies,
    backwards: foundBackwards.filter((copy) => copy.kind === kind),
  }));
  return {
    records: records.length,
    figures: [
      ...recalls.map(({ kind, copies }) => ({
        name: `recall ${kind}`,
        value: shareFound(copies),
        interval: bootstrap(copies, shareFound),
      })),
      falseFigure('false pairs per million', differing, records, crossPairs),
      falseFigure('the same, with unmarked duplicates', pairs, records, crossPairs),
      { name: 'ms a text', value: msPerText, interval: null, digits: 2 },
    ],
    tables: [
      {
        title: 'copies by kind of edit',
        heads: ['kind', 'copies', 'linked', 'linked where copies are published first'],
        rows: recalls.map(({ kind, copies, backwards: others }) => [
          kind,
          copies.length,
          copies.filter(({ isFound }) => isFound).length,
          others.filter(({ isFound }) => isFound).length,
        ]),
      },
      falseTable(records, groups, differing, pairs),
      missedTable(records, found),
      pairTable('false pairs, one for two groups', differing),
      pairTable(
        'unmarked duplicates: one original holds 80 % of the word runs of the other; one pair for two groups',
        pairs.filter((pair) => marked.has(groupsOf(pair))),
      ),
    ],
    notes: [
      `${nearMethod}; ${crossPairs.toLocaleString('en')} pairs of different groups; intervals by drawing groups anew,`,
      'or what no false pair in so many allows. A copy is found where it is linked to the same original as the original',
      'of its group; a pair is false where both are linked to one original and belong to different groups.',
    ],
  };
}

interface Copy {
  readonly at: number;
  readonly originalAt: number;
  readonly kind: string;
  readonly isFound: boolean;
}

function recallOf(
  records: readonly DedupRecord[],
  groups: readonly (readonly number[])[],
  originals: readonly number[],
): readonly Copy[] {
  return groups.flatMap((group) => {
    const originalAt = group.find((at) => records[at]?.kind === 'original');
    if (originalAt === undefined) return [];
    return group
      .filter((at) => at !== originalAt)
      .map((at) => ({
        at,
        originalAt,
        kind: records[at]?.kind ?? '',
        isFound: originals[at] === originals[originalAt],
      }));
  });
}

const shareFound = (copies: readonly Copy[]) => copies.filter(({ isFound }) => isFound).length / copies.length;
const choose2 = (count: number) => (count * (count - 1)) / 2;
const groupsOf = ({ a, b }: FalsePair) => [a.group, b.group].toSorted().join('\u0000');

function falsePairsOf(records: readonly DedupRecord[], originals: readonly number[]): readonly FalsePair[] {
  const linked = Map.groupBy(records.keys(), (at) => originals[at] ?? at);
  return [...linked.values()].flatMap((members) =>
    members.flatMap((at, n) =>
      members.slice(n + 1).flatMap((other) => {
        const [a, b] = [records[at], records[other]];
        return a === undefined || b === undefined || a.group === b.group ? [] : [{ a, b }];
      }),
    ),
  );
}

/** Pairs of groups that hold one story, though nobody marked it: told from their originals, without sketches. */
function unmarkedOf(records: readonly DedupRecord[], pairs: readonly FalsePair[]): ReadonlySet<string> {
  const originals = new Map(records.filter(({ kind }) => kind === 'original').map((record) => [record.group, record]));
  const byGroups = new Map(pairs.map((pair) => [groupsOf(pair), pair]));
  const unmarked = [...byGroups].filter(([, { a, b }]) =>
    isSameStory(originals.get(a.group)?.text ?? a.text, originals.get(b.group)?.text ?? b.text),
  );
  return new Set(unmarked.map(([key]) => key));
}

function falseFigure(
  name: string,
  pairs: readonly FalsePair[],
  records: readonly DedupRecord[],
  crossPairs: number,
): Figure {
  const perMillion = (1e6 * pairs.length) / crossPairs;
  if (pairs.length === 0) return { name, value: 0, interval: { low: 0, high: (1e6 * 3) / crossPairs }, digits: 2 };
  const groups = [...new Set(records.map(({ group }) => group))];
  const counts = [...Map.groupBy(pairs, groupsOf)].map(([key, { length }]) => ({ of: key.split('\u0000'), length }));
  const interval = bootstrap(groups, (drawn) => {
    const times = new Map<string, number>();
    for (const group of drawn) times.set(group, (times.get(group) ?? 0) + 1);
    const weighted = counts.map(({ of, length }) =>
      of.reduce((product, one) => product * (times.get(one) ?? 0), length),
    );
    return (1e6 * weighted.reduce((sum, count) => sum + count, 0)) / crossPairs;
  });
  return { name, value: perMillion, interval, digits: 2 };
}

/** A false pair counts for the kinds of both its members, once where they are of one kind. */
function falseTable(
  records: readonly DedupRecord[],
  groups: readonly (readonly number[])[],
  differing: readonly FalsePair[],
  all: readonly FalsePair[],
): Table {
  const kinds = [...new Set(records.map(({ kind }) => kind))];
  return {
    title: 'false pairs by kind of edit, of all pairs of different groups with a text of that kind',
    heads: ['kind', 'pairs', 'false', 'a million', 'with unmarked duplicates', 'a million'],
    rows: kinds.map((kind) => {
      const withKind = (some: readonly number[]) =>
        choose2(some.length) - choose2(some.filter((at) => records[at]?.kind !== kind).length);
      const possible = withKind([...records.keys()]) - groups.reduce((sum, group) => sum + withKind(group), 0);
      const cells = [differing, all].flatMap((pairs) => {
        const ofKind = pairs.filter(({ a, b }) => a.kind === kind || b.kind === kind).length;
        return [ofKind, possible === 0 ? '' : ((1e6 * ofKind) / possible).toFixed(2)];
      });
      return [kind, possible, ...cells];
    }),
  };
}

function missedTable(records: readonly DedupRecord[], found: readonly Copy[]): Table {
  const missed = found.filter(({ isFound }) => !isFound);
  return {
    title: `missed copies, ${Math.min(missed.length, shownErrors)} of ${missed.length}`,
    heads: ['kind', 'title', 'shingles', 'words', 'numbers', 'length'],
    rows: missed
      .slice(0, shownErrors)
      .map(({ at, originalAt, kind }) => [
        kind,
        records[at]?.title ?? '',
        ...sharesOf(records[at]?.text ?? '', records[originalAt]?.text ?? ''),
      ]),
  };
}

function pairTable(title: string, pairs: readonly FalsePair[]): Table {
  const shown = [...new Map(pairs.map((pair) => [groupsOf(pair), pair])).values()];
  return {
    title: `${title}, ${Math.min(shown.length, shownErrors)} of ${shown.length}`,
    heads: ['title', 'other title', 'kinds', 'shingles', 'words', 'numbers', 'length'],
    rows: shown
      .slice(0, shownErrors)
      .map(({ a, b }) => [a.title, b.title, `${a.kind}, ${b.kind}`, ...sharesOf(a.text, b.text)]),
  };
}

/** As the stage estimates them; empty where it compares nothing. */
function sharesOf(a: string, b: string): readonly (number | string)[] {
  const sketches = [a, b].map((text) => nearFactsOf('public', text)?.sketch);
  const [first, second] = sketches;
  const common: Common | null =
    first === undefined || second === undefined ? null : commonOf(sketchOf(first), sketchOf(second));
  if (common === null) return ['', '', '', ''];
  return [common.shingles, common.words, common.numbers, common.length].map((share) => share.toFixed(2));
}
