/** A name without case, accents and the forms that quotation marks take: "Müller’s" and "MULLER'S" become the same. */
export function foldName(name: string): string {
  if (/^[a-z0-9'&. -]*$/u.test(name) && !/ {2}|^ | $/u.test(name)) return name;
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[’‘`´]/gu, "'")
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('đ', 'd')
    .replaceAll('ı', 'i')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
