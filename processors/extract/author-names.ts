import { plainNames } from '../../domain/plain-line.ts';

const by = /^\s*(?:(?:written|reported|posted|words) )?(?:by|von|par|por|di|door|av|af|od|от)[\s:]+/i;
/** Between names in one text. A comma is followed by a name, and not by what somebody is. */
const between = /\s*[;|\n]\s*|,\s+(?=\p{Lu}[\p{L}'’.-]+\s+\p{Lu}[\p{L}'’.-]+)/u;
const conjunction = /,?\s+(?:and|und|et|y|e|en|og|och|&)\s+/;

/** Names of persons as pages give them: without "By", addresses of profiles and handles, several in one text apart. */
export function authorNames(names: readonly string[], max: number): string[] {
  const plain = names
    .slice(0, max * 4)
    .filter((name) => !/^\s*(?:https?:|@|www\.)/i.test(name))
    .flatMap((name) => namesIn(name.slice(0, 1_000).replace(by, '')))
    .map((name) => name.trim().replace(/\s*\([^)]{1,8}\)$|^[,;\s]+|[,;\s]+$/g, ''))
    .filter((name) => /\p{L}/u.test(name));
  return plainNames(plain, max);
}

function namesIn(text: string): string[] {
  return text.split(between).flatMap((part) => {
    const parts = part.split(conjunction);
    // José Ortega y Gasset is one person.
    return parts.every((name) => /\S\s+\S/.test(name)) ? parts : [part];
  });
}
