import { parseHTML } from 'linkedom';
import { z } from 'zod';

const { document } = parseHTML('<p></p>');

/** A CSS selector that the readers of pages understand. */
export const cssSelector = z
  .string()
  .trim()
  .min(1, { error: 'should not be empty' })
  .max(300, { error: 'should have at most 300 characters' })
  .refine(isSelector, { error: 'is no CSS selector' });

/** A selector, and behind an @ the attribute to read in place of the text: `time@datetime`. */
export const valueSelector = z
  .string()
  .trim()
  .min(1, { error: 'should not be empty' })
  .max(300, { error: 'should have at most 300 characters' })
  .refine((text) => isSelector(selectorParts(text).selector), {
    error: 'is no CSS selector, nor one with the name of an attribute behind it as in time@datetime',
  });

/** @returns the selector and the attribute, null where the text is wanted */
export function selectorParts(text: string): { readonly selector: string; readonly attribute: string | null } {
  const found = /^(.*[^\s])@([a-z][\w:-]*)$/i.exec(text);
  return found === null
    ? { selector: text, attribute: null }
    : { selector: found[1] ?? '', attribute: found[2]?.toLowerCase() ?? null };
}

function isSelector(text: string): boolean {
  try {
    // "@" has no meaning in CSS; the parser takes it for a letter of a name.
    if (text.replaceAll(/"[^"]*"|'[^']*'|\[[^\]]*\]/g, '').includes('@')) return false;
    document.querySelector(text);
    return true;
  } catch {
    return false;
  }
}
