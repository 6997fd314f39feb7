/** Nodes of one page that are looked at: more is an attack or a catalogue. */
const maxNodes = 2_000;

/** What schema.org says of an article: strings as published. */
export interface JsonLdMetadata {
  readonly title: string | null;
  readonly authors: readonly string[];
  readonly published: readonly string[];
  readonly modified: readonly string[];
  readonly image: string | null;
  readonly siteName: string | null;
  readonly section: string | null;
  /** Null where it does not say whether the whole text can be read by everybody. */
  readonly paywall: boolean | null;
  readonly language: string | null;
  readonly body: string | null;
  readonly tags: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/**
 * What schema.org says of the article, from the first node that is one.
 *
 * @param scripts contents of the page's application/ld+json elements
 */
export function jsonLdMetadata(scripts: readonly string[]): Partial<JsonLdMetadata> {
  const article = scripts.flatMap(nodesOf).find(isArticle);
  if (article === undefined) return {};
  return {
    title: text(article['headline']) ?? text(article['name']),
    authors: list(article['author']).flatMap((author) => nameOf(author) ?? []),
    published: ['datePublished', 'dateCreated', 'uploadDate'].flatMap((key) => text(article[key]) ?? []),
    modified: list(text(article['dateModified'])) as string[],
    image: imageOf(article['image']),
    siteName:
      list(article['publisher'])
        .map(nameOf)
        .find((name) => name !== null) ?? null,
    section: text(list(article['articleSection'])[0]),
    paywall: paywallOf(article['isAccessibleForFree']),
    language: nameOf(article['inLanguage']),
    body: text(article['articleBody']),
    tags: list(article['keywords']).flatMap((keywords) => text(keywords)?.split(',') ?? []),
  };
}

/** All nodes of a script, those of @graph among them; nothing where it is no JSON. */
function nodesOf(script: string): Node[] {
  const queue: unknown[] = [parse(script)];
  const nodes: Node[] = [];
  for (let index = 0; index < queue.length && index < maxNodes; index += 1) {
    const value = queue[index];
    if (Array.isArray(value)) queue.push(...(value.slice(0, maxNodes) as unknown[]));
    else if (isNode(value)) {
      nodes.push(value);
      queue.push(value['@graph'], value['mainEntity']);
    }
  }
  return nodes;
}

function parse(script: string): unknown {
  const bare = script
    .replace(/^\s*(?:<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\/\s*\]\]>|\]\]>)\s*$/, '');
  try {
    return JSON.parse(bare);
  } catch {
    try {
      // Line breaks inside strings are the commonest fault.
      return JSON.parse(bare.replace(/[\n\r\t]+/g, ' '));
    } catch {
      return null;
    }
  }
}

function isArticle(node: Node): boolean {
  return list(node['@type']).some(
    (type) => typeof type === 'string' && /(?:Article|BlogPosting|Report|LiveBlog)$/.test(type),
  );
}

/** Written as a boolean, a text, or an address of schema.org. */
function paywallOf(isFree: unknown): boolean | null {
  if (typeof isFree !== 'boolean' && typeof isFree !== 'string') return null;
  const word = String(isFree).toLowerCase();
  return word.endsWith('false') ? true : word.endsWith('true') ? false : null;
}

function imageOf(value: unknown): string | null {
  const [first] = list(value);
  return text(first) ?? (isNode(first) ? (text(first['url']) ?? text(first['contentUrl'])) : null);
}

function nameOf(value: unknown): string | null {
  return text(value) ?? (isNode(value) ? text(value['name']) : null);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null ? [] : [value];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
