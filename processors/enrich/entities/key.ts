import { foldName } from '../../../domain/fold-name.ts';
import { countryNames, languages } from './places.ts';

/** Behind a firm's name, and no part of it: "Siemens AG" and "Siemens" are one. */
const legalForms = new Set(
  'inc corp corporation co company ltd limited llc plc ag gmbh sa spa nv bv ab asa oyj kg kgaa se pty bhd ohg srl sarl sas oy as a/s s.a s.p.a n.v e.v ev'.split(
    ' ',
  ),
);

/** Short forms that news use as often as the name, and names of states that are no country's official one. */
const sameAs: Readonly<Record<string, string>> = {
  us: 'united states',
  usa: 'united states',
  america: 'united states',
  'united states of america': 'united states',
  uk: 'united kingdom',
  britain: 'united kingdom',
  'great britain': 'united kingdom',
  uae: 'united arab emirates',
  holland: 'netherlands',
  'czech republic': 'czechia',
  turkiye: 'turkey',
  'ivory coast': "cote d'ivoire",
  burma: 'myanmar',
  eu: 'european union',
  un: 'united nations',
  uno: 'united nations',
  onu: 'united nations',
  ue: 'european union',
  otan: 'nato',
  oms: 'world health organization',
  ecb: 'european central bank',
  ezb: 'european central bank',
  bce: 'european central bank',
  imf: 'international monetary fund',
  who: 'world health organization',
  'world health organisation': 'world health organization',
  wto: 'world trade organization',
  fbi: 'federal bureau of investigation',
  cia: 'central intelligence agency',
  fed: 'federal reserve',
  gm: 'general motors',
  vw: 'volkswagen',
};

/** Longer names are cut: nobody groups by more. */
const maxKey = 120;

let english: ReadonlyMap<string, string> | undefined;

/** Names of countries in all languages at hand, folded, with the English one. */
function englishCountries(): ReadonlyMap<string, string> {
  if (english === undefined) {
    const names = new Map<string, string>();
    for (const language of languages) {
      for (const [name, key] of countryNames(language)) {
        const folded = foldName(name);
        // English is first: "Georgia" is not what another language calls so.
        if (!names.has(folded)) names.set(folded, plain(key));
      }
    }
    english = names;
  }
  return english;
}

/** What a name is grouped by in all articles: the same for "Siemens AG" and "SIEMENS", for "Deutschland" and "Germany". */
export function entityKey(name: string): string {
  const key = plain(name);
  return sameAs[key] ?? englishCountries().get(foldName(name)) ?? englishCountries().get(key) ?? key;
}

function plain(name: string): string {
  const words = foldName(name)
    .replaceAll(/(?<=\p{L})\.(?=\p{L}|$|\s|-)/gu, '')
    .replaceAll('&', ' and ')
    .replaceAll(/["“”«»„]|'s$/gu, '')
    .split(/[\s–-]+/u)
    .filter((word) => word !== '');
  while (words.length > 1 && legalForms.has(words.at(-1) ?? '')) words.pop();
  if (words.length > 1 && words[0] === 'the') words.shift();
  return words.join(' ').slice(0, maxKey).trim();
}
