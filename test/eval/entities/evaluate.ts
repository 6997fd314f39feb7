import { z } from 'zod';
import { findMentions } from '../../../processors/enrich/entities/mentions.ts';
import { openLexicon } from '../../../processors/enrich/entities/lexicon.ts';
import type { EntityType } from '../../../schemas/types.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import type { Outcome, Table } from '../frame/report.ts';
import { type Span, spansOf, tokenSpan } from './spans.ts';

const record = z
  .object({ tokens: z.array(z.string()), tags: z.array(z.string().regex(/^(?:O|[BI]-(?:PER|ORG|LOC|MISC))$/u)) })
  .refine(({ tokens, tags }) => tokens.length === tags.length, 'as many tags as tokens are expected');

interface Sentence {
  readonly tokens: readonly string[];
  readonly gold: readonly Span[];
  readonly found: readonly Span[];
}

const types: readonly EntityType[] = ['person', 'organization', 'place', 'other'];
const shownErrors = 25;

/** Runs the recogniser on sentences, their tokens joined by spaces. */
export async function evaluateEntities(path: string, progress: Progress): Promise<Outcome> {
  const records = recordsOf(path, record);
  const lexicon = await openLexicon();
  const began = performance.now();
  const sentences = records.map(({ tokens, tags }, at): Sentence => {
    progress(at + 1, records.length);
    const found = findMentions(tokens.join(' '), 'en', lexicon).map((mention) => tokenSpan(mention, tokens));
    return { tokens, gold: spansOf(tags), found };
  });
  const elapsedMs = performance.now() - began;
  const characters = sentences.reduce((sum, { tokens }) => sum + tokens.join(' ').length, 0);
  return {
    records: sentences.length,
    figures: [
      figure('untyped F1', sentences, sameSpan),
      figure('typed F1', sentences, same),
      {
        name: 'untyped precision',
        value: scores(sentences, sameSpan).precision,
        interval: bootstrap(sentences, (drawn) => scores(drawn, sameSpan).precision),
      },
      {
        name: 'untyped recall',
        value: scores(sentences, sameSpan).recall,
        interval: bootstrap(sentences, (drawn) => scores(drawn, sameSpan).recall),
      },
      {
        name: 'ms per 1,000 characters',
        value: (elapsedMs / characters) * 1_000,
        interval: null,
        digits: 2,
      },
    ],
    tables: [perType(sentences), confusion(sentences), ...errors(sentences)],
  };
}

type Match = (a: Span, b: Span) => boolean;
const sameSpan: Match = (a, b) => a.from === b.from && a.to === b.to;
const same: Match = (a, b) => sameSpan(a, b) && a.type === b.type;
const overlap: Match = (a, b) => a.from < b.to && b.from < a.to;

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

function scores(sentences: readonly Sentence[], match: Match, type?: EntityType): Scores {
  let hits = 0;
  let found = 0;
  let gold = 0;
  for (const sentence of sentences) {
    for (const span of sentence.found) {
      if (type !== undefined && span.type !== type) continue;
      found += 1;
      if (sentence.gold.some((other) => match(span, other))) hits += 1;
    }
    gold += type === undefined ? sentence.gold.length : sentence.gold.filter((span) => span.type === type).length;
  }
  return { precision: hits / found, recall: hits / gold, f1: (2 * hits) / (found + gold) };
}

function figure(name: string, sentences: readonly Sentence[], match: Match) {
  return {
    name,
    value: scores(sentences, match).f1,
    interval: bootstrap(sentences, (drawn) => scores(drawn, match).f1),
  };
}

function perType(sentences: readonly Sentence[]): Table {
  return {
    title: 'by type (span and type must be right)',
    heads: ['type', 'precision', 'recall', 'F1', 'labelled', 'found'],
    rows: types.map((type) => {
      const { precision, recall, f1 } = scores(sentences, same, type);
      const count = (list: 'gold' | 'found') =>
        sentences.reduce((sum, sentence) => sum + sentence[list].filter((span) => span.type === type).length, 0);
      return [type, precision, recall, f1, count('gold'), count('found')];
    }),
  };
}

function confusion(sentences: readonly Sentence[]): Table {
  return {
    title: 'types of the right spans',
    heads: ['labelled \\ found', ...types],
    rows: types.map((gold) => [
      gold,
      ...types.map((found) =>
        sentences.reduce(
          (sum, sentence) =>
            sum +
            sentence.gold.filter(
              (span) =>
                span.type === gold && sentence.found.some((other) => sameSpan(span, other) && other.type === found),
            ).length,
          0,
        ),
      ),
    ]),
  };
}

type Kind = 'missed' | 'invented' | 'wrong type' | 'wrong span';

/** Each kind with the names that it happens to most, and one place where it does. */
function errors(sentences: readonly Sentence[]): readonly Table[] {
  const kinds: Record<Kind, Map<string, { count: number; where: string }>> = {
    missed: new Map(),
    invented: new Map(),
    'wrong type': new Map(),
    'wrong span': new Map(),
  };
  for (const { tokens, gold, found } of sentences) {
    const note = (kind: Kind, what: string, { from, to }: Span) => {
      const where = [
        ...tokens.slice(Math.max(0, from - 4), from),
        `[${tokens.slice(from, to).join(' ')}]`,
        ...tokens.slice(to, to + 4),
      ].join(' ');
      const entry = kinds[kind].get(what);
      if (entry === undefined) kinds[kind].set(what, { count: 1, where });
      else entry.count += 1;
    };
    const text = ({ from, to }: Span) => tokens.slice(from, to).join(' ');
    for (const span of gold) {
      const exact = found.find((other) => sameSpan(span, other));
      if (exact !== undefined && exact.type !== span.type)
        note('wrong type', `${text(span)}: ${exact.type} for ${span.type}`, span);
      if (exact !== undefined) continue;
      const touched = found.filter((other) => overlap(span, other));
      if (touched.length === 0) note('missed', `${text(span)} (${span.type})`, span);
      else note('wrong span', `${touched.map(text).join(' | ')} for ${text(span)}`, span);
    }
    for (const span of found) {
      if (!gold.some((other) => overlap(span, other))) note('invented', `${text(span)} (${span.type})`, span);
    }
  }
  return Object.entries(kinds).map(([kind, found]) => ({
    title: `${kind}: ${[...found.values()].reduce((sum, { count }) => sum + count, 0)}`,
    heads: ['name', 'times', 'for example'],
    rows: [...found]
      .toSorted(([, a], [, b]) => b.count - a.count)
      .slice(0, shownErrors)
      .map(([name, { count, where }]) => [name, count, where]),
  }));
}
