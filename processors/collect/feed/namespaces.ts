/** The name by which we know each vocabulary, by its address without scheme, `www.` and closing `/` or `#`. */
const vocabularies: ReadonlyMap<string, string> = new Map([
  ['w3.org/2005/atom', 'atom'],
  ['purl.org/atom/ns', 'atom'],
  ['purl.org/rss/1.0', 'rss'],
  ['purl.org/net/rss1.1', 'rss'],
  ['my.netscape.com/rdf/simple/0.9', 'rss'],
  ['channel.netscape.com/rdf/simple/0.9', 'rss'],
  ['my.netscape.com/publish/formats/rss-0.91.dtd', 'rss'],
  ['backend.userland.com/rss', 'rss'],
  ['backend.userland.com/rss2', 'rss'],
  ['backend.userland.com/rss2.0', 'rss'],
  ['backend.userland.com/rss091', 'rss'],
  ['backend.userland.com/rss092', 'rss'],
  ['blogs.law.harvard.edu/tech/rss', 'rss'],
  ['cyber.law.harvard.edu/rss/rss.html', 'rss'],
  ['w3.org/1999/02/22-rdf-syntax-ns', 'rdf'],
  ['w3.org/1999/xhtml', 'xhtml'],
  ['purl.org/rss/1.0/modules/content', 'content'],
  ['purl.org/rss/1.0/modules/syndication', 'sy'],
  ['purl.org/rss/1.0/modules/slash', 'slash'],
  ['purl.org/dc/elements/1.0', 'dc'],
  ['purl.org/dc/elements/1.1', 'dc'],
  ['purl.org/dc/terms', 'dcterms'],
  ['search.yahoo.com/mrss', 'media'],
  ['search.yahoo.com/rss', 'media'],
  ['tools.search.yahoo.com/mrss', 'media'],
  ['video.search.yahoo.com/mrss', 'media'],
  ['itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['example.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['prismstandard.org/namespaces/basic/2.0', 'prism'],
]);

/** @returns undefined for an address that means nothing to us */
export function vocabularyOf(address: string): string | undefined {
  const key = address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/[/#]+$/, '');
  return vocabularies.get(key);
}

/** At one place; each element with a declaration of its own copies them. */
const maxPrefixes = 100;

/** Which prefixes stand for which vocabulary, at one place of a document. */
export class NamespaceScope {
  readonly #bound: ReadonlyMap<string, string>;
  readonly #home: Home;
  readonly #names = new Map<string, string>();

  private constructor(bound: ReadonlyMap<string, string>, home: Home) {
    this.#bound = bound;
    this.#home = home;
  }

  static root(): NamespaceScope {
    return new NamespaceScope(new Map(), { vocabulary: undefined, address: undefined });
  }

  /** @param attributes of an element, with names in lower case */
  within(attributes: Readonly<Record<string, string>>): NamespaceScope {
    let bound: Map<string, string> | null = null;
    for (const name of Object.keys(attributes)) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      bound ??= new Map(this.#bound);
      if (bound.size === maxPrefixes) break;
      bound.set(name.slice(6), attributes[name] ?? '');
    }
    return bound === null ? this : new NamespaceScope(bound, this.#home);
  }

  /** A feed's own elements go without a prefix, whatever the document writes before them. */
  homeOf(rootName: string): NamespaceScope {
    const address = this.#bound.get(prefixOf(rootName));
    const vocabulary = rootName.endsWith('feed') ? 'atom' : 'rss';
    return new NamespaceScope(this.#bound, { vocabulary, address });
  }

  /** @param rawName as written, in lower case; `title` and `dc:date`, whatever prefixes the document chose */
  nameOf(rawName: string): string {
    let name = this.#names.get(rawName);
    if (name === undefined) {
      name = this.#resolve(rawName);
      this.#names.set(rawName, name);
    }
    return name;
  }

  #resolve(rawName: string): string {
    const prefix = prefixOf(rawName);
    const local = prefix === '' ? rawName : rawName.slice(prefix.length + 1);
    const address = this.#bound.get(prefix);
    const vocabulary = address === undefined ? undefined : vocabularyOf(address);
    const isHome = address !== undefined && address === this.#home.address;
    if (vocabulary === undefined) return prefix === '' || isHome ? local : `${prefix}:${local}`;
    return vocabulary === this.#home.vocabulary || isHome ? local : `${vocabulary}:${local}`;
  }
}

interface Home {
  readonly vocabulary: string | undefined;
  readonly address: string | undefined;
}

function prefixOf(rawName: string): string {
  const colon = rawName.indexOf(':');
  return colon < 1 ? '' : rawName.slice(0, colon);
}
