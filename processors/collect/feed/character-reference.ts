/**
 * Whether text that should be plain has character references of HTML in it (`&quot;`, `&#8217;`): publishers write HTML
 * where Atom and JSON Feed want text, and nobody writes of `&quot;` in a headline.
 */
export function hasCharacterReference(text: string | null): boolean {
  return text !== null && /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/iu.test(text);
}
