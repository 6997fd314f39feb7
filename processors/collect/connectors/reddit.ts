import type { Credentials } from '../../../domain/credentials.ts';
import { reddit as settings } from '../../../domain/connectors/reddit.ts';
import { type ConnectorContext, defineConnector, type FeedDocument } from '../connector.ts';
import { firstByAddress } from '../first-by-address.ts';
import { getIfChanged } from '../get-if-changed.ts';
import { jsonOf, numberOf, textOf, valueAt } from '../json-answer.ts';
import { dateText, madeFeed, type MadeItem } from '../made-feed.ts';
import { problemOfStatus, SourceProblem } from '../source-problem.ts';

const accept = 'application/json';
/** As the API gives them at most. */
const pageSize = 100;
const maxPages = 5;

export const reddit = defineConnector({
  settings,
  purpose: 'Reads the posts of subreddits, with the pages that they link to.',
  limits: { requests: maxPages + 1, bytes: 5_000_000 },
  async collect(context, config) {
    const name = config.subreddit ?? /\/r\/(\w+(?:\+\w+)*)/.exec(new URL(context.url).pathname)?.[1];
    if (name === undefined) {
      throw new SourceProblem(
        'bad-config',
        `say which subreddit: with the setting "subreddit", or an address with /r/NAME`,
      );
    }
    const token = context.credentials === null ? null : await tokenOf(context, context.credentials, config.token_url);
    const { origin } = new URL(context.url);
    const base = (config.base_url ?? (token === null ? origin : 'https://oauth.reddit.com')).replace(/\/+$/, '');
    const path = token === null ? `/r/${name}/${config.listing}.json` : `/r/${name}/${config.listing}`;

    const items: MadeItem[] = [];
    let looked = 0;
    let after: string | null = null;
    let first: { readonly status: number; readonly url: string } | null = null;
    for (let page = 0; page < maxPages && looked < config.limit; page += 1) {
      const url = new URL(base + path);
      url.searchParams.set('limit', String(Math.min(pageSize, config.limit - looked)));
      // Without it, titles come with their & and < written as in HTML.
      url.searchParams.set('raw_json', '1');
      if (config.listing === 'top') url.searchParams.set('t', config.time);
      if (after !== null) url.searchParams.set('after', after);
      const answer = await pageOf(context, url.href, token);
      first ??= { status: answer.status, url: answer.document.url };
      const listing = jsonOf(answer.document);
      const posts = valueAt(listing, 'data.children');
      if (!Array.isArray(posts)) {
        throw new SourceProblem('unexpected-json', `${url.host} sent no listing of posts for r/${name}`);
      }
      for (const post of posts.slice(0, config.limit - looked)) {
        const item = itemOf(valueAt(post, 'data'), config);
        if (item !== null) items.push(item);
      }
      looked += posts.length;
      const next = textOf(valueAt(listing, 'data.after'));
      if (next === null || next === after || posts.length === 0) break;
      after = next;
    }
    const at = first ?? { status: 200, url: context.url };
    const made = madeFeed({
      title: `r/${name}`,
      siteUrl: `${origin}/r/${name}/`,
      url: at.url,
      items: firstByAddress(items).firsts,
    });
    return { kind: 'collected', status: at.status, feed: await context.parse(made), validators: null };
  },
});

async function pageOf(
  context: ConnectorContext,
  url: string,
  token: string | null,
): Promise<{ readonly status: number; readonly document: FeedDocument }> {
  const sent = token === null ? {} : { agreed: true, headers: { authorization: `Bearer ${token}` } };
  const get: ConnectorContext['get'] = (address, options) =>
    context.get(address, { ...options, ...sent, headers: { ...options.headers, ...sent.headers } });
  const answer = await getIfChanged({ url, validators: null, get }, accept);
  if (answer.kind === 'not-modified') throw problemOfStatus(answer.status, new URL(url).host);
  return answer;
}

/** A token for what everybody may read (RFC 6749, 4.4). */
async function tokenOf(
  { get }: ConnectorContext,
  credentials: Credentials,
  tokenUrl = 'https://www.reddit.com/api/v1/access_token',
): Promise<string> {
  if (credentials.kind !== 'oauth_client') {
    throw new SourceProblem('bad-credentials', 'Reddit takes credentials of the kind oauth_client');
  }
  const pair = Buffer.from(`${credentials.client_id}:${credentials.client_secret}`).toString('base64');
  const { status, headers, body, finalUrl } = await get(tokenUrl, {
    accept,
    agreed: true,
    headers: { authorization: `Basic ${pair}` },
    form: { grant_type: 'client_credentials' },
  });
  const { host } = new URL(finalUrl);
  if (status !== 200) {
    throw new SourceProblem('unauthorized', `${host} gave no token for these credentials (HTTP ${status})`, status);
  }
  const document = { bytes: body, contentType: headers['content-type'] ?? '', url: finalUrl };
  const token = textOf(valueAt(jsonOf(document), 'access_token'));
  if (token === null || !/^[\x21-\x7e]{1,4000}$/.test(token)) {
    throw new SourceProblem('unauthorized', `${host} gave no token for these credentials`, status);
  }
  return token;
}

/** @returns null for what is no post, below the threshold, or for adults */
function itemOf(
  post: unknown,
  wanted: { readonly min_score: number; readonly include_nsfw: boolean },
): MadeItem | null {
  const url = textOf(valueAt(post, 'url'));
  if (url === null || (valueAt(post, 'over_18') === true && !wanted.include_nsfw)) return null;
  if ((numberOf(valueAt(post, 'score')) ?? 0) < wanted.min_score) return null;
  const author = textOf(valueAt(post, 'author'));
  const subreddit = textOf(valueAt(post, 'subreddit'));
  const name = textOf(valueAt(post, 'name'));
  return {
    id: name === null ? undefined : `reddit:${name}`,
    url,
    title: textOf(valueAt(post, 'title')) ?? undefined,
    content_html: textOf(valueAt(post, 'selftext_html')) ?? undefined,
    content_text: textOf(valueAt(post, 'selftext')) ?? undefined,
    date_published: dateText(valueAt(post, 'created_utc')),
    authors: author === null ? undefined : [{ name: author }],
    tags: subreddit === null ? undefined : [`r/${subreddit}`],
  };
}
