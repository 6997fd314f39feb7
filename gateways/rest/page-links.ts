/** Links of a page: as asked for, and the same with the next page's cursor. Relative to the server. */
export function pageLinks(self: URL, next: string | null): { readonly self: string; readonly next: string | null } {
  if (next === null) return { self: pathOf(self), next: null };
  const nextUrl = new URL(self);
  nextUrl.searchParams.set('cursor', next);
  return { self: pathOf(self), next: pathOf(nextUrl) };
}

function pathOf(url: URL): string {
  return url.pathname + url.search;
}
