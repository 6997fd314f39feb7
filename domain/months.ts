/** Languages whose month names are read, the commonest among publishers first: where two disagree, the first is right. */
const languages = (
  'en de fr es it pt nl sv da nb fi pl cs sk ru uk be bg sr hr sl ro hu el tr az id ms vi lt lv et is ca gl eu sq mk ' +
  'ar fa ur he hi bn mr ne ta te sw af zu'
).split(' ');

const known = new Map<string, ReadonlyMap<string, number>>();

/**
 * @param name of a month in any usual form: "May", "mayo", "мая", "Jan."
 * @param language whose names go first; BCP 47
 * @returns 0 for January to 11, null for what names no month
 */
export function monthOf(name: string, language: string | null): number | null {
  const folded = fold(name);
  if (!isName(folded)) return null;
  const own = language?.split('-')[0]?.toLowerCase() ?? '';
  for (const one of languages.includes(own) ? [own, ...languages] : languages) {
    const month = namesOf(one).get(folded);
    if (month !== undefined) return month;
  }
  return null;
}

function namesOf(language: string): ReadonlyMap<string, number> {
  let names = known.get(language);
  if (names === undefined) {
    names = new Map(allNames(language));
    known.set(language, names);
  }
  return names;
}

/** Full and short, as they stand alone and as they stand beside a day. */
function* allNames(language: string): Generator<[string, number]> {
  for (const month of ['long', 'short'] as const) {
    for (const day of [undefined, 'numeric'] as const) {
      const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, {
        month,
        timeZone: 'UTC',
        ...(day === undefined ? {} : { day }),
      });
      for (let index = 0; index < 12; index += 1) {
        const part = format.formatToParts(Date.UTC(2024, index, 15)).find(({ type }) => type === 'month');
        const name = fold(part?.value ?? '');
        if (isName(name)) yield [name, index];
      }
    }
  }
  // Whoever shortens months shortens them to three letters, whatever the book says.
  if (language === 'en') for (const [index, name] of english.entries()) yield [name, index];
}

const english = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Shorter ones stand for too much else, where letters are sounds. */
function isName(folded: string): boolean {
  return (
    !/\d/.test(folded) &&
    folded.length >= (/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(folded) ? 3 : 2)
  );
}

function fold(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f.]/g, '')
    .toLowerCase();
}
