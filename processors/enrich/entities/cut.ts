import { type Evidence, nounsInCapitals } from './evidence.ts';
import type { Entry, Lexicon } from './lexicon.ts';
import {
  acronymsNoName,
  beforeOf,
  connectors,
  organizationWords,
  otherWords,
  placeWords,
  roles,
  titles,
} from './name-words.ts';
import { gazetteerEnd, type Run } from './runs.ts';
import type { Line, Token } from './tokens.ts';

/** Of a run of capitals, the names in it. */
export function cut(line: Line, run: Run, evidence: Evidence): readonly Run[] {
  const trimmed = trim(line, run, evidence);
  const parts = nounsInCapitals.has(evidence.language ?? '')
    ? fromFirstKnown(line, trimmed, evidence)
    : splitAtKnown(line, trimmed, evidence);
  return parts.filter((part) => isName(line, part, evidence));
}

/** Where nouns have capitals too, a run of them says nothing: names begin at a word that is one. */
function fromFirstKnown(line: Line, { from, to }: Run, evidence: Evidence): readonly Run[] {
  const { tokens } = line;
  const parts: Run[] = [];
  let at = from;
  while (at < to) {
    const entry = evidence.lexicon.find((tokens[at] as Token).folded);
    const known = gazetteerEnd(line, at, evidence);
    if (known > at) {
      parts.push({ from: at, to: known });
      at = known;
    } else if (entry?.given === true && !entry.common) {
      parts.push({ from: at, to });
      break;
    } else {
      const { folded, shape } = tokens[at] as Token;
      // "Siemens AG", "SPD"
      const isFirm = at + 1 < to && legalForms.has((tokens[at + 1] as Token).folded);
      if (isFirm) parts.push({ from: at, to: at + 2 });
      else if (shape === 'upper' || isFullName(entry) || evidence.surnames.has(folded))
        parts.push({ from: at, to: at + 1 });
      at += isFirm ? 2 : 1;
    }
  }
  return parts;
}

const isFullName = (entry: Entry | undefined) =>
  entry !== undefined && !entry.common && (entry.place || entry.organization || entry.demonym);

const legalForms = new Set(['ag', 'gmbh', 'kg', 'kgaa', 'se', 'sa', 'ev', 'inc', 'ltd', 'corp']);

/** Takes words away that owe their capital to the sentence or are titles. */
function trim(line: Line, { from, to }: Run, evidence: Evidence): Run {
  const { tokens, style } = line;
  const { lexicon, stops } = evidence;
  while (from < to) {
    const token = tokens[from] as Token;
    if (gazetteerEnd(line, from, evidence) > from) break;
    const { folded } = token;
    const isTitle = titles.has(folded) || (roles.has(folded) && (to - from === 1 || isTitleNext(tokens[from + 1])));
    const isWord =
      (token.startsSentence || style === 'headline') &&
      token.shape !== 'initial' &&
      isOrdinary(token, evidence) &&
      !isGivenBeforeName(tokens, from, to, lexicon) &&
      !isRowOfTable(tokens, from, to) &&
      !(beforeOf.has(folded) && tokens[from + 1]?.folded === 'of' && from + 1 < to);
    if (!isTitle && !isWord && stops?.has(folded) !== true) break;
    if (!isTitle && !isWord && (token.shape === 'upper' || lexicon.find(folded)?.common === false)) break;
    from += 1;
  }
  while (to > from) {
    const { folded, shape } = tokens[to - 1] as Token;
    const isLoose = connectors.has(folded) && shape === 'lower';
    if (!isLoose && !(to - from > 1 && (titles.has(folded) || shape === 'initial'))) break;
    to -= 1;
  }
  return { from, to };
}

function isGivenBeforeName(tokens: readonly Token[], at: number, to: number, lexicon: Lexicon): boolean {
  const next = tokens[at + 1];
  return (
    at + 1 < to &&
    lexicon.find(tokens[at]?.folded ?? '')?.given === true &&
    next !== undefined &&
    !titles.has(next.folded)
  );
}

/** Alone before numbers, a word is a team or a firm with its figures. */
const isRowOfTable = (tokens: readonly Token[], from: number, to: number) =>
  from === 0 &&
  to < tokens.length &&
  tokens.length - to >= 3 &&
  tokens.slice(to).every(({ shape }) => shape === 'number');

const isTitleNext = (token: Token | undefined) =>
  token !== undefined && (titles.has(token.folded) || roles.has(token.folded));

function isOrdinary({ folded, shape }: Token, { lexicon, stops, small, names, language }: Evidence): boolean {
  if (stops?.has(folded) === true) return true;
  const entry = lexicon.find(folded);
  if (entry !== undefined && !entry.common) return false;
  if (shape === 'upper') return false;
  if (small.has(folded)) return true;
  if (language === 'en' || language === null) return lexicon.isCommonEnglish(folded);
  // Of other languages no list of words is at hand: a capital counts that is written again where none is due.
  return !names.has(folded);
}

/** Cuts "U.S. President Bill Clinton", "German Steffi Graf" and "AC Milan George Weah". */
function splitAtKnown(line: Line, { from, to }: Run, evidence: Evidence): readonly Run[] {
  const { tokens } = line;
  const { lexicon } = evidence;
  const parts: Run[] = [];
  let start = from;
  for (let at = from; at < to; at += 1) {
    const token = tokens[at] as Token;
    const known = gazetteerEnd(line, at, evidence);
    const isTitle = at > start && at + 1 < to && titles.has(token.folded) && token.shape === 'capital';
    if (isTitle) {
      let head = at;
      while (head > start + 1 && roles.has((tokens[head - 1] as Token).folded)) head -= 1;
      parts.push({ from: start, to: head });
      parts.push(...splitAtKnown(line, trim(line, { from: at, to }, evidence), evidence));
      return parts;
    }
    const entry = lexicon.find(token.folded);
    // A nationality or country before a given name is somebody's.
    if (
      at === start &&
      at + 1 < to &&
      (entry?.demonym === true || (entry?.place === true && !entry.given && !entry.family))
    ) {
      const next = lexicon.find((tokens[at + 1] as Token).folded);
      if (
        known <= at + 1 &&
        (next?.given === true || (entry.demonym && areUnknown(tokens.slice(at + 1, to), lexicon)))
      ) {
        parts.push({ from: at, to: at + 1 });
        start = at + 1;
        continue;
      }
    }
    if (
      known > at + 1 &&
      at > start &&
      lexicon.find(phrase(tokens, at, known))?.place === true &&
      known === to &&
      parts.length === 0
    )
      continue;
    if (known > at + 1) at = known - 1;
  }
  parts.push({ from: start, to });
  return parts.filter((part) => part.to > part.from);
}

/** Two words of no list behind a nationality: a person, rather than a firm. */
const areUnknown = (parts: readonly Token[], lexicon: Lexicon) =>
  parts.length === 2 &&
  parts.every(
    ({ folded, shape }) =>
      shape === 'capital' &&
      !organizationWords.has(folded) &&
      !otherWords.has(folded) &&
      !placeWords.has(folded) &&
      !lexicon.isCommonEnglish(folded),
  );

const phrase = (tokens: readonly Token[], from: number, to: number) =>
  tokens
    .slice(from, to)
    .map(({ folded }) => folded)
    .join(' ');

/** Whether what is left stands for something. */
function isName(line: Line, { from, to }: Run, evidence: Evidence): boolean {
  const { tokens, style } = line;
  const { lexicon, language, names } = evidence;
  const parts = tokens.slice(from, to);
  const known = lexicon.find(phrase(tokens, from, to));
  if (known !== undefined && !known.common) return true;
  const [first] = parts;
  if (first === undefined) return false;
  if (parts.length === 1) {
    if (first.shape === 'initial' || first.folded.length < 2) return false;
    if (acronymsNoName.has(first.folded)) return false;
    if (first.shape === 'upper' && style !== 'capitals') return true;
    if (
      style === 'sentence' &&
      !first.startsSentence &&
      lexicon.isCommonEnglish(first.folded) &&
      (language === 'en' || language === null)
    )
      return !(titles.has(first.folded) || roles.has(first.folded)) && !dull.has(first.folded);
  }
  if (nounsInCapitals.has(language ?? '')) return parts.length > 1;
  if (style === 'headline') return parts.some(({ folded }) => names.has(folded) || isKnownName(folded, lexicon));
  return true;
}

function isKnownName(folded: string, lexicon: Lexicon): boolean {
  const entry = lexicon.find(folded);
  return entry !== undefined && !entry.common;
}

/** With a capital in many texts, and never a name when alone. */
const dull = new Set(
  'group none note source page figure table chapter section part attendance division inning sports god internet'.split(
    ' ',
  ),
);
