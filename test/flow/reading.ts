import type { Instance } from './instance.ts';

/** What the flow tests read of an article. */
export interface ReadArticle {
  readonly id: string;
  readonly attributes: {
    readonly url: string;
    readonly title: string;
    readonly content?: string;
    readonly withheld?: string | null;
    readonly language: string | null;
    readonly duplicate: { readonly original_id: string; readonly reason: string } | null;
  };
}

interface ArticleList {
  readonly data: readonly ReadArticle[];
  readonly links: { readonly next: string | null };
}

/** Every article that REST lists, page after page, newest first. */
export async function allArticles(instance: Instance, fields?: string): Promise<readonly ReadArticle[]> {
  const articles: ReadArticle[] = [];
  const query = fields === undefined ? '' : `&fields=${fields}`;
  let next: string | null = `/api/v1/articles?limit=100${query}`;
  while (next !== null) {
    const page: ArticleList = await getJson<ArticleList>(instance, next);
    articles.push(...page.data);
    next = page.links.next;
  }
  return articles;
}

interface StoryList {
  readonly data: readonly { readonly id: string; readonly attributes: { readonly article_count: number } }[];
  readonly links: { readonly next: string | null };
}

/** Every story of more than one article, with the ids of these. */
export async function allStories(instance: Instance): Promise<readonly object[]> {
  const stories: object[] = [];
  for (let next: string | null = '/api/v1/stories?limit=100'; next !== null;) {
    const page: StoryList = await getJson<StoryList>(instance, next);
    for (const { id, attributes } of page.data.filter((story) => story.attributes.article_count > 1)) {
      const members = await getJson<ArticleList>(instance, `/api/v1/stories/${id}/articles?limit=100`);
      stories.push({ id, ...attributes, articles: members.data.map((article) => article.id).toSorted() });
    }
    next = page.links.next;
  }
  return stories;
}

export async function search(instance: Instance, query: string, mode: string): Promise<readonly ReadArticle[]> {
  const path = `/api/v1/search?q=${encodeURIComponent(query)}&mode=${mode}&limit=10`;
  return (await getJson<ArticleList>(instance, path)).data;
}

export async function getJson<T>({ rest }: Instance, path: string): Promise<T> {
  const response = await fetch(new URL(path, rest));
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

export async function askGraphql<T>({ graphql }: Instance, query: string): Promise<T> {
  const response = await fetch(graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: readonly { message: string }[] };
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('; '));
  return data;
}

interface StatusReport {
  readonly healthy: boolean;
  readonly problems: readonly string[];
  readonly engines: readonly { readonly name: string; readonly pid: number | null; readonly restarts: number }[];
  readonly stages: readonly { readonly stage: string; readonly lag: number }[];
  readonly views: readonly { readonly view: string; readonly articles: number }[];
}

/** What `mimir status --json` says. */
export async function statusOf(instance: Instance): Promise<StatusReport> {
  const { stdout, stderr } = await instance.mimir('status', '--json');
  if (stdout === '') throw new Error(`mimir status said nothing: ${stderr}`);
  return JSON.parse(stdout) as StatusReport;
}

/** All views hold so many articles, and no stage has anything left to do. */
export async function isSettled(instance: Instance, articles: number): Promise<boolean> {
  const { stages, views } = await statusOf(instance);
  return stages.every(({ lag }) => lag === 0) && views.every((view) => view.articles === articles);
}
