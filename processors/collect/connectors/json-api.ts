import { jsonApi as settings } from '../../../domain/connectors/json-api.ts';
import { type ConnectorContext, defineConnector } from '../connector.ts';
import { getIfChanged } from '../get-if-changed.ts';
import { jsonOf, textOf, valueAt } from '../json-answer.ts';
import { type FieldPaths, itemsOf, madeItem } from '../json-items.ts';
import { madeFeed, type MadeItem } from '../made-feed.ts';
import { SourceProblem } from '../source-problem.ts';

const accept = 'application/json, */*;q=0.5';

export const jsonApi = defineConnector({
  settings,
  purpose: 'Reads articles from an API that answers with JSON.',
  limits: { requests: 20, bytes: 5_000_000 },
  async collect(context, config) {
    const get: ConnectorContext['get'] = (url, options) =>
      context.get(url, { ...options, headers: { ...lowerCase(config.headers), ...options.headers } });
    const items = new Map<string, MadeItem>();
    const warnings: string[] = [];
    let first: Extract<Awaited<ReturnType<typeof getIfChanged>>, { kind: 'changed' }> | null = null;
    let url: string | null = firstPage(context.url, config.paging);
    const asked = new Set<string>();
    for (let page = 0; url !== null && page < config.max_pages && items.size < config.limit; page += 1) {
      asked.add(url);
      const answer = await getIfChanged({ url, get, validators: page === 0 ? context.validators : null }, accept);
      if (answer.kind === 'not-modified') return answer;
      first ??= answer;
      const json = jsonOf(answer.document);
      const found = itemsOf(json, config.items);
      if (found === null) throw noItems(answer.document.url, config.items);
      const before = items.size;
      let unusable = 0;
      for (const item of found) {
        const made = madeItem(item, config.fields as FieldPaths, answer.document.url);
        if (made === null) unusable += 1;
        else if (!items.has(made.url) && items.size < config.limit) items.set(made.url, made);
      }
      if (unusable > 0) warnings.push(`${unusable} items without an address were left out`);
      // An API that knows no pages gives the first one again, for ever.
      if (items.size === before) break;
      const next = nextPage(json, { url, page, count: found.length }, config.paging, context.url);
      if (next !== null && new URL(next).origin !== new URL(context.url).origin) {
        warnings.push(`the next page lies elsewhere (${new URL(next).host}) and was not asked for`);
        break;
      }
      url = next === null || asked.has(next) ? null : next;
    }
    if (first === null) throw noItems(context.url, config.items);
    const { status, document, validators } = first;
    const { origin } = new URL(context.url);
    const made = madeFeed({ title: null, siteUrl: origin, url: document.url, items: [...items.values()] });
    const feed = await context.parse(made);
    return { kind: 'collected', status, feed: { ...feed, warnings: [...feed.warnings, ...warnings] }, validators };
  },
});

type Paging = ReturnType<typeof settings.config.parse>['paging'];

function firstPage(url: string, paging: Paging): string {
  if (paging.kind === 'page') return withQuery(url, { [paging.parameter]: paging.start, ...sizeOf(paging) });
  if (paging.kind === 'offset') return withQuery(url, sizeOf(paging));
  return url;
}

/** @returns null where there is none */
function nextPage(
  json: unknown,
  last: { readonly url: string; readonly page: number; readonly count: number },
  paging: Paging,
  sourceUrl: string,
): string | null {
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page':
      return withQuery(last.url, { [paging.parameter]: paging.start + last.page + 1 });
    case 'offset': {
      const offset = Number(new URL(last.url).searchParams.get(paging.parameter) ?? 0) + last.count;
      return withQuery(last.url, { [paging.parameter]: offset });
    }
    case 'cursor': {
      const cursor = textOf(valueAt(json, paging.path));
      return cursor === null ? null : withQuery(sourceUrl, { [paging.parameter]: cursor });
    }
    default: {
      const next = textOf(valueAt(json, paging.path));
      return next === null ? null : (URL.parse(next, last.url)?.href ?? null);
    }
  }
}

function sizeOf(paging: {
  readonly size_parameter?: string | undefined;
  readonly size: number;
}): Readonly<Record<string, number>> {
  return paging.size_parameter === undefined ? {} : { [paging.size_parameter]: paging.size };
}

function withQuery(url: string, parameters: Readonly<Record<string, string | number>>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, String(value));
  return changed.href;
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function noItems(url: string, path: string | undefined): SourceProblem {
  return new SourceProblem(
    'unexpected-json',
    path === undefined
      ? `no list of articles was found in what ${url} sent: say with the setting "items" where it is`
      : `there is no list at "${path}" in what ${url} sent: has the API changed?`,
  );
}
