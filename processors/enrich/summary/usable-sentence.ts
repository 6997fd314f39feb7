import { isSyllabic } from '../words.ts';

/** Places and agencies before the first word of a report: "LONDON, May 3 (Reuters) - ", "Berlin (dpa) – ". */
const dateline =
  /^(?:\p{Lu}[\p{L}.'’/,\- ]{1,50}(?:,? (?:\p{L}{3,9}\.? \d{1,2}|\d{1,2}\.? \p{L}{3,9}))?,? ?\((?:\p{Lu}[\p{L}.\- /]{1,30}|dpa\S{0,10}|sda|apa|ots|taz|epd|kna|sid)\)\.? ?[-–—:]{0,2} ?|(?:\p{Lu}{2}[\p{Lu}.'’/,\- ]{1,40})(?:, \p{L}{3,9}\.? \d{1,2})? ?(?:--|[–—]) ?)/u;

/** How sentences begin or what they have that belong to the page and not to the report. */
const pageWords =
  /\b(?:subscribe|newsletter|sign up|signing up|log in|cookies?|click here|read more|read also|follow us|all rights reserved|copyright|advertisement|getty images|file photo|this article (?:was|is|first)|terms of (?:use|service)|privacy policy|abonnieren|newsletter|mehr zum thema|lesen sie auch|melden sie sich|alle rechte|anzeige|abonnez|lire aussi|s’inscrire|droits réservés|suscríbete|lee también|lea también|regístrate|derechos reservados|iscriviti|leggi anche|inscreva|leia (?:também|mais)|abonneer|lees ook|prenumerera|läs också|les også|læs også|подпишитесь|читайте также|підписуйтесь|читайте також|przeczytaj|czytaj (?:też|także)|abone ol)\b|©|https?:\/\/|www\./iu;

const credits =
  /^(?:(?:photo|foto|photograph|image|images|bild|picture|video|source|quelle|crédit|credit|credits|updated|published|stand)\b ?[:/]|by \p{Lu}|von \p{Lu}\p{L}+ \p{Lu}\p{L}+$|par \p{Lu}\p{L}+ \p{Lu}\p{L}+$|por \p{Lu}\p{L}+ \p{Lu}\p{L}+$)/iu;

const fewestWords = 5;
/** The lead under a title often has no stop; shorter lines without are headings and captions. */
const fewestWithoutStop = 9;
const mostCharacters = 600;

/**
 * A sentence as a summary may have it: without its dateline.
 *
 * @returns null for headings, captions, bylines, appeals to subscribe and fragments
 */
export function usableSentence(sentence: string): string | null {
  const told = sentence.replace(dateline, '').trim();
  if (told.length > mostCharacters) return null;
  if (credits.test(told) || pageWords.test(told)) return null;
  // Titles and warnings in capitals are no report.
  if (told === told.toUpperCase() && told !== told.toLowerCase()) return null;
  const length = isSyllabic(told) ? told.length / 2 : told.split(/\s+/u).length;
  const ends = /[.!?…。！？।։؟۔]["'”’»」』)\]]*$/u.test(told);
  return length < (ends ? fewestWords : fewestWithoutStop) ? null : told;
}
