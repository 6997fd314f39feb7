/** Kinds of cached lists, by the first parts of their keys, with their lifetimes in seconds. */
export const lifetimes = { 'articles:list': 5 * 60, 'search:results': 15 * 60 } as const;

export type ListKind = keyof typeof lifetimes;

/** Part of every list's hash: with a new value all lists of the kind end at once. */
export const epochKey = (kind: ListKind): string => `${kind}:epoch`;

/** Who is changing what the lists are computed from, by the time at which the claim runs out. */
export const writersKey = (kind: ListKind): string => `${kind}:writers`;
