/** Abbreviations that more words follow, in small letters and without the last stop; languages share many. */
const unfinished = new Set(
  (
    'mr mrs ms dr prof sr sra srta st ste hon rev fr gen sen rep gov lt col sgt capt cmdr adm maj pres supt messrs mt ft vs no nos vol fig art ' +
    'jan feb mar apr jun jul aug sept sep oct okt nov dec dez approx est dept ' +
    'hr hrn fr frl nr bzw ca evtl ggf inkl max min mio mrd str tel vgl z zzgl usw abs bd ' +
    'mme mlle mm me av env éd ' +
    'ud uds dña dn núm pág págs av avda ee ' +
    'sig sigg sigra dott dott ing avv on pag es ecc ' +
    'dhr mevr drs ir mw blz bijv ' +
    'tel tlf kr ca bl f nr pkt mia ' +
    'np tzw tzn ul al pl prof im św godz proc tys mln mld ' +
    'tzv např mj č str r odst pan paní ' +
    'г гг тыс млн млрд руб коп ул им св см др проф акад т д п рис стр тел ' +
    'dl dna nr str lei art '
  ).split(' '),
);

/** Those that end sentences as well as stand within them. */
const either = new Set(
  'inc corp ltd co bros jr sr etc al am pm usw u.s u.k u.n e.u d.c a.m p.m u.s.a ph.d etc bv nv ag др т.д т.п'.split(
    ' ',
  ),
);

/** Words with which English sentences begin and that names seldom have. */
const starters = new Set(
  'the a an in on at it he she they we i you but and as after before when while if for with this that these those there his her its their our my no not however meanwhile'.split(
    ' ',
  ),
);

/** Languages that write ordinal numbers with a stop. */
const ordinalLanguages = new Set('de da no fi cs sk sl hr sr bs hu et lv pl is tr lb nds'.split(' '));

/** Whether a stop at the end of `before` belongs to an abbreviation, so that `after` goes on with the sentence. */
export function goesOn(before: string, after: string, language: string | null): boolean {
  const tail = before.slice(-40).trimEnd();
  const next = after.slice(0, 40).trimStart();
  if (!tail.endsWith('.')) return false;
  const word = /(?:^|[\s("'“„«‚‘[-])((?:\p{L}|\p{N}|\.)+)\.$/u.exec(tail)?.[1];
  if (word === undefined) return false;
  if (/^\d+$/u.test(word)) return isOrdinal(tail, word, next, language);
  const lower = word.toLowerCase();
  // "J. Smith", but not "Plan B. The".
  if (/^\p{Lu}$/u.test(word)) return !startsSentence(next);
  if (either.has(lower) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return !startsSentence(next);
  return unfinished.has(lower) && /^[\p{L}\p{N}"“„«(]/u.test(next);
}

/** "Am 3. Mai", and "1. Wash the fruit". */
function isOrdinal(tail: string, number: string, next: string, language: string | null): boolean {
  if (tail.length === number.length + 1) return true;
  return number.length <= 2 && language !== null && ordinalLanguages.has(language) && /^\p{L}/u.test(next);
}

function startsSentence(next: string): boolean {
  // "A." is an initial again.
  const [word = ''] = /^["“„«‘'([]?[\p{L}']+(?!\.)/u.exec(next) ?? [];
  return /^\p{Lu}|^["“„«]/u.test(next) && starters.has(word.replace(/^[^\p{L}]+/u, '').toLowerCase());
}
