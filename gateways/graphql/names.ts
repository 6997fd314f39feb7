/** Arguments that GraphQL calls otherwise than the services. */
const renamed: Readonly<Record<string, string>> = { first: 'limit', after: 'cursor' };
const renamedBack = Object.fromEntries(Object.entries(renamed).map(([ours, theirs]) => [theirs, ours]));

/** Arguments as the services name them: snake case, and nothing for what was not given. */
export function toServiceInput(given: object, options: { readonly keepNull: boolean }): Record<string, unknown> {
  const entries = Object.entries(given).filter(
    ([, value]) => value !== undefined && (options.keepNull || value !== null),
  );
  return Object.fromEntries(entries.map(([name, value]) => [renamed[name] ?? snakeCase(name), value]));
}

/** A service's field as GraphQL names it. */
export function toGraphName(field: string): string {
  return renamedBack[field] ?? field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
