import { goesOn } from './abbreviations.ts';

const segmenters = new Map<string, Intl.Segmenter>();

/** A sentence of more characters is taken in parts: no reader's sentence is that long. */
const maxSentence = 2_000;

/**
 * The sentences of a text, trimmed, in order. A line's end ends a sentence: extracted texts have a line a paragraph.
 * Unicode's rules (UAX 29) find the places; stops of abbreviations, initials and ordinals are no ends, and what goes on
 * after a quotation belongs to it.
 *
 * @param language ISO 639-1; null where it is not known
 */
export function* sentencesOf(text: string, language: string | null): Generator<string> {
  for (const line of linesOf(text)) {
    // Most lines of feeds and lists are one sentence; to ask Unicode costs more than all the rest.
    if (!mayEndWithin.test(line)) {
      if (line.trim() !== '') yield line.trim();
      continue;
    }
    let open = '';
    for (const { segment } of segmenter(language ?? 'und').segment(line)) {
      if (open !== '' && open.length < maxSentence && belongs(open, segment, language)) {
        open += segment;
        continue;
      }
      // In Japanese and Chinese a bracket that opens is left with what stands before it.
      const [opening = ''] = /[「『（《〈“]+$/u.exec(open.slice(-5)) ?? [];
      const closed = open.slice(0, open.length - opening.length).trim();
      if (closed !== '') yield closed;
      open = opening + segment;
    }
    if (open.trim() !== '') yield open.trim();
  }
}

/** Something that ends sentences, and a letter or number behind it. */
const mayEndWithin = /[.!?…։؟۔।။።。！？｡][^\p{L}\p{N}]{0,12}[\p{L}\p{N}]/u;

/** A line without end is cut. */
const maxLine = 20_000;

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const at = text.indexOf('\n', from);
    const end = at === -1 ? text.length : at;
    for (let part = from; part < end; part += maxLine) yield text.slice(part, Math.min(end, part + maxLine));
    from = end + 1;
  }
}

function belongs(open: string, segment: string, language: string | null): boolean {
  // Quotation marks, brackets and dots alone close what was before them.
  if (!/[\p{L}\p{N}]/u.test(segment.slice(0, 200))) return true;
  // « Quoi ? » dit-il; in German such a mark opens.
  if (/^[”’)\]]/u.test(segment) || (language !== 'de' && segment.startsWith('»'))) return true;
  // “Stop!” he said.
  if (/^\p{Ll}/u.test(segment) && /[.!?…]["”’»)\]]?\s*$/u.test(open.slice(-8))) return true;
  return goesOn(open, segment, language);
}

function segmenter(language: string): Intl.Segmenter {
  let known = segmenters.get(language);
  if (known === undefined) {
    known = new Intl.Segmenter(language, { granularity: 'sentence' });
    segmenters.set(language, known);
  }
  return known;
}
