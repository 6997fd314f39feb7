/** @returns a declared language as a BCP 47 tag; null for what cannot be one */
export function languageTag(declared: string | null): string | null {
  const tag = declared?.trim().replaceAll('_', '-') ?? '';
  return /^[a-z]{2,3}(?:-[a-z\d]{2,8}){0,3}$/i.test(tag) ? tag : null;
}
