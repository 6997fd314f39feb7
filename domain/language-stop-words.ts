import * as stopword from 'stopword';

/** ISO 639-1 to the names of the package's lists (ISO 639-3). */
const listNames: Readonly<Record<string, string>> = {
  af: 'afr',
  ar: 'ara',
  bn: 'ben',
  bg: 'bul',
  ca: 'cat',
  cs: 'ces',
  da: 'dan',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  et: 'est',
  eu: 'eus',
  fa: 'fas',
  fi: 'fin',
  fr: 'fra',
  ga: 'gle',
  gl: 'glg',
  gu: 'guj',
  ha: 'hau',
  he: 'heb',
  hi: 'hin',
  hr: 'hrv',
  hu: 'hun',
  hy: 'hye',
  id: 'ind',
  it: 'ita',
  ja: 'jpn',
  ko: 'kor',
  ku: 'kur',
  lt: 'lit',
  lv: 'lav',
  mr: 'mar',
  ms: 'msa',
  nl: 'nld',
  no: 'nob',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sk: 'slk',
  sl: 'slv',
  so: 'som',
  sv: 'swe',
  sw: 'swa',
  th: 'tha',
  tl: 'tgl',
  tr: 'tur',
  uk: 'ukr',
  ur: 'urd',
  vi: 'vie',
  yo: 'yor',
  zh: 'zho',
  zu: 'zul',
};

/** Languages with a list, ISO 639-1. */
export const stopWordLanguages: readonly string[] = Object.keys(listNames);

/** What news texts say in every second sentence and the English list leaves out. */
const ofEnglishNews =
  'no not you your yours yourself said says say saying told according also us just like one two three first last new year years ' +
  'day days week weeks month months time people make made get got going go went know think want back still even well many ' +
  'much may might must shall will would until upon per via however though although while during within without among ' +
  'including around across along against both any own too very off once again ever never yet ' +
  "it's i'm i've don't didn't doesn't isn't wasn't aren't weren't won't wouldn't can't couldn't that's there's he's she's " +
  "we're they're you're we've they've what's let's mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday";

const lists = new Map<string, unknown>(Object.entries(stopword));
const sets = new Map<string, ReadonlySet<string> | null>();

/** Words that carry no topic, in lower case; null for a language without a list. */
export function stopWords(language: string | null): ReadonlySet<string> | null {
  if (language === null) return null;
  let set = sets.get(language);
  if (set === undefined) {
    const list = lists.get(listNames[language] ?? '');
    const added = language === 'en' ? ofEnglishNews.split(' ') : [];
    set = Array.isArray(list) ? new Set([...(list as string[]), ...added].map((word) => word.toLowerCase())) : null;
    sets.set(language, set);
  }
  return set;
}
