/**
 * @param flag its name, for the error
 * @throws Error for what is no number above 0
 */
export function positive(flag: string, given: string): number {
  const number = Number(given);
  if (!(number > 0)) throw new Error(`--${flag} ${given}: give a number above 0`);
  return number;
}
