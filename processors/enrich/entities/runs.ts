import { type Evidence, nounsInCapitals } from './evidence.ts';
import { acronymsNoName, beforeOf, connectors, headlineEndings } from './name-words.ts';
import type { Line, Token } from './tokens.ts';

/** Part of a line, as the positions of its first word and the one behind its last. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** A longer run is no name: a table, or somebody who shouts. */
const maxWords = 12;

/** Where the words with capitals end that begin here; small words such as "of" and "de" belong to what they join. */
export function endOfRun(line: Line, from: number, evidence: Evidence): number {
  const { tokens } = line;
  const known = gazetteerEnd(line, from, evidence);
  let at = from;
  let token = tokens[at];
  if (token === undefined) return from;
  const isHead = beforeOf.has(token.folded) && tokens[at + 1]?.folded === 'of' && isCapital(token);
  if (!isHead && known === from && !isPart(token, line, evidence)) return from;
  at = Math.max(known, from + 1);
  for (;;) {
    const last = tokens[at - 1];
    token = tokens[at];
    if (at - from >= maxWords || last === undefined || token === undefined || !last.joinsNext || token.startsSentence)
      return at;
    if (
      token.shape === 'capital' &&
      line.style === 'sentence' &&
      evidence.stops?.has(token.folded) === true &&
      !connectors.has(token.folded)
    )
      return at;
    if (
      isPart(token, line, evidence) ||
      (line.style !== 'sentence' && isCapital(token) && headlineEndings.has(token.folded))
    ) {
      at += 1;
      continue;
    }
    const further = gazetteerEnd(line, at, evidence);
    if (further > at) {
      at = further;
      continue;
    }
    const behind = tokens[at + 1];
    if (behind === undefined || !token.joinsNext || !isPart(behind, line, evidence)) return at;
    const isOf =
      (token.folded === 'of' || token.folded === 'for' || token.folded === 'and') && joinsOf(line, from, at, evidence);
    if (articles.has(token.folded) && nounsInCapitals.has(evidence.language ?? '')) return at;
    if (
      !isOf &&
      !(
        connectors.has(token.folded) &&
        token.shape !== 'number' &&
        (token.folded.length > 1 || evidence.language !== 'en')
      )
    )
      return at;
    at += 2;
  }
}

/** In German no part of names but of "der", as in "van der Bellen". */
const articles = new Set(['der', 'den', 'das', 'do', 'zu', 'zum', 'la', 'el']);

function joinsOf({ tokens }: Line, from: number, at: number, { lexicon }: Evidence): boolean {
  const head = tokens[at - 1]?.folded ?? '';
  if (tokens[at]?.folded === 'of') return beforeOf.has(head);
  const whole = tokens
    .slice(from, at + 2)
    .map(({ folded }) => folded)
    .join(' ');
  return lexicon.find(whole) !== undefined;
}

/** Whether the word may be part of a name by how it is written. */
function isPart(token: Token, { style }: Line, { lexicon, stops, small, names, language }: Evidence): boolean {
  if (!isCapital(token) || token.folded.length > 60) return false;
  if (style === 'capitals' || (style === 'headline' && (language === 'en' || language === null))) {
    if (token.shape === 'initial') return false;
    if (acronymsNoName.has(token.folded)) return false;
    if (names.has(token.folded)) return true;
    if (small.has(token.folded)) return false;
    const entry = lexicon.find(token.folded);
    if (entry !== undefined && !entry.common) return true;
    return !lexicon.isCommonEnglish(token.folded) && stops?.has(token.folded) !== true;
  }
  if (token.shape === 'upper' && acronymsNoName.has(token.folded)) return false;
  return !calendar.has(token.folded) && !(token.folded === 'i' || token.folded.startsWith("i'"));
}

const isCapital = ({ shape }: Token) =>
  shape === 'capital' || shape === 'upper' || shape === 'initial' || shape === 'mixed';

const calendar = new Set(
  'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec mondays fridays saturdays sundays'.split(
    ' ',
  ),
);

/** The end of the longest known name that begins here, written with capitals at its first and last word. */
export function gazetteerEnd({ tokens }: Line, from: number, { lexicon }: Evidence): number {
  const first = tokens[from];
  if (first === undefined || !isCapital(first)) return from;
  let phrase = '';
  let end = from;
  const most = lexicon.longest(first.folded);
  for (let at = from; at < from + most; at += 1) {
    const token = tokens[at];
    if (token === undefined || (at > from && tokens[at - 1]?.joinsNext !== true)) break;
    phrase += `${at > from ? ' ' : ''}${token.folded}`;
    const entry = lexicon.find(phrase);
    if (at > from && isCapital(token) && entry !== undefined && !entry.common) end = at + 1;
  }
  return end;
}
