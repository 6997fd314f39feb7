import type { EntityType } from '../../../schemas/types.ts';
import type { Lexicon } from './lexicon.ts';
import type { Run } from './runs.ts';
import { afterPerson, beforePlace, organizationWords, otherWords, placeWords, titles } from './name-words.ts';
import type { Line, Token } from './tokens.ts';

interface Judged {
  readonly type: EntityType;
  readonly confidence: number;
}

const judged = (type: EntityType, confidence: number): Judged => ({ type, confidence });

/** What a name is the name of: by the lists, by the words in it, by what stands before and behind it. */
export function typeOf(line: Line, { from, to }: Run, lexicon: Lexicon, language: string | null): Judged {
  const { tokens } = line;
  const parts = tokens.slice(from, to);
  const first = parts[0] as Token;
  const last = parts.at(-1) as Token;
  const whole = parts.map(({ folded }) => folded).join(' ');
  const before = tokens[from - 1];
  const after = tokens[to];
  const known = lexicon.find(whole);
  const has = (words: ReadonlySet<string>) => parts.some(({ folded }) => words.has(folded));

  // A row of a table: a team and its points.
  if (first.startsSentence && [0, 1, 2].every((at) => tokens[to + at]?.shape === 'number'))
    return judged('organization', 0.6);
  const isDateline =
    from === 0 &&
    first.shape === 'upper' &&
    line.style === 'sentence' &&
    /^(?:,| ,| \(| -| –)/u.test(after?.before ?? '');
  if (known?.demonym === true) return judged('other', 0.9);
  if (known?.organization === true) return judged('organization', 0.85);
  if (known?.person === true && !known.place) return judged('person', 0.9);
  if (known?.place === true && !(known.given && isTitle(before)))
    return judged('place', known.given || known.family ? 0.6 : 0.9);
  if (isTitle(before) && before?.joinsNext === true) return judged('person', 0.9);

  if (isDateline) return judged('place', 0.7);
  if (parts.length > 1) {
    const given = lexicon.find(first.folded);
    if (otherWords.has(last.folded)) return judged('other', 0.75);
    if (has(organizationWords) && !(given?.given === true && parts.length === 2 && !organizationWords.has(last.folded)))
      return judged('organization', 0.8);
    if (has(otherWords)) return judged('other', 0.6);
    if (given?.given === true || first.shape === 'initial') return judged('person', 0.85);
    if (placeWords.has(last.folded) || placeWords.has(first.folded)) return judged('place', 0.7);
    if (given?.demonym === true) return judged('organization', 0.5);
    if (before !== undefined && beforePlace.has(before.folded) && given?.place === true) return judged('place', 0.6);
    return parts.length <= 3 ? judged('person', 0.6) : judged('organization', 0.4);
  }
  if (organizationWords.has(first.folded)) return judged('organization', 0.7);
  if (otherWords.has(first.folded)) return judged('other', 0.5);
  if (/^\p{Lu}\p{L}+-\p{Lu}/u.test(first.text) && /ish|ese|ian|[^m]an$/u.test(first.folded))
    return judged('other', 0.5);
  if (first.shape === 'upper' && line.style !== 'capitals') return judged('organization', 0.7);
  if (known?.given === true || known?.family === true) return judged('person', 0.75);
  if (after !== undefined && first.joinsNext && ofOrganizations.has(after.folded)) return judged('organization', 0.6);
  if (after !== undefined && afterPerson.has(after.folded)) return judged('person', 0.7);
  if (before?.folded === 'the' && language === 'en') return judged('organization', 0.55);
  if (before !== undefined && beforePlace.has(before.folded) && /^\s*$/u.test(first.before))
    return judged('place', 0.6);
  if (language === 'en' && /(?:ese|ian|ians|ish)$/u.test(first.folded)) return judged('other', 0.5);
  return judged('person', 0.5);
}

/** Behind the name of a firm, an agency, a party: "Newmont shares", "Interfax news agency". */
const ofOrganizations = new Set(
  'shares stock officials executives chairman chairwoman spokesman spokeswoman news agency newspaper daily magazine management unit subsidiary employees workers board directors branch headquarters analysts supporters leader leaders members fans players lawmakers deputies rebels guerrillas militants fighters customers products'.split(
    ' ',
  ),
);

const isTitle = (token: Token | undefined) => token !== undefined && titles.has(token.folded);
