import type { KeywordMatch, KeywordSet, OrganizationRelevance } from '../../schemas/types.ts';
import type { Table } from '../../streams/table.ts';
import { tokensOf } from '../../domain/analysis/tokens.ts';

interface Entry {
  readonly organizationId: string;
  readonly keyword: string;
  readonly weight: number;
  readonly tokens: readonly string[];
}

/** Where the keywords end that begin with the tokens on the way here: one walk a place of a text finds all of them. */
interface Node {
  readonly next: Map<string, Node>;
  readonly entries: Set<Entry>;
}
const newNode = (): Node => ({ next: new Map(), entries: new Set() });

interface Found {
  inTitle: boolean;
  /** In title and text. */
  count: number;
  inText: number;
}

interface Article {
  readonly title: string;
  readonly text: string;
  /** public, or the organisation that alone may see it. */
  readonly visibility: string;
}

export interface Judgement {
  /** Those of which a keyword occurs, in the order of their ids. */
  readonly organizations: OrganizationRelevance[];
  /** When the keywords that it follows were changed last, in milliseconds since 1970. */
  readonly definedAtMs: number;
}

/** The API takes fewer; this bounds what others write. */
const maxKeywords = 5_000;

/** What is read of a text: half an hour's reading. */
const maxCharacters = 50_000;

/** Of one keyword: with the text's bound, how long the worst text can take. */
const maxTokens = 40;

/** A keyword in the title counts as this many in the text. */
const titleCounts = 2;

/** The sum of what matched at which relevance is 0.63; that of one keyword of weight 1 in title and a long text. */
const scale = 4;

/** Finds the keywords of all organisations in one pass over a text. */
export class KeywordIndex {
  readonly #table: Pick<Table<'keyword-set'>, 'changes' | 'changedAtMs' | 'entries'>;
  readonly #sets = new Map<string, { readonly set: KeywordSet; readonly entries: readonly Entry[] }>();
  readonly #root = newNode();
  #taken = -1;
  #definedAtMs = 0;

  constructor(table: Pick<Table<'keyword-set'>, 'changes' | 'changedAtMs' | 'entries'>) {
    this.#table = table;
  }

  relevance(article: Article): Judgement {
    this.#follow();
    const organizations = this.#sets.size === 0 ? [] : this.#organizations(article);
    return { organizations, definedAtMs: this.#definedAtMs };
  }

  #organizations(article: Article): OrganizationRelevance[] {
    const found = new Map<Node, Found>();
    this.#look(article.title, found, true);
    this.#look(article.text, found, false);
    // By node, not by keyword: many organisations may have the same one.
    const matched = [...found].flatMap(([{ entries }, match]) =>
      [...entries]
        .filter(({ organizationId }) => article.visibility === 'public' || article.visibility === organizationId)
        .map((entry) => [entry, match] as const),
    );
    const byOrganization = Map.groupBy(matched, ([{ organizationId }]) => organizationId);
    return [...byOrganization]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([organization_id, matches]) => {
        const counted = matches
          .map(([{ keyword, weight }, { inTitle, count, inText }]) => {
            const match: KeywordMatch = { keyword, weight, in_title: inTitle, count };
            return { match, counts: weight * ((inTitle ? titleCounts : 0) + Math.log2(1 + inText)) };
          })
          .toSorted((a, b) => b.counts - a.counts || (a.match.keyword < b.match.keyword ? -1 : 1));
        const sum = counted.reduce((total, { counts }) => total + counts, 0);
        return { organization_id, score: scoreOf(sum), keywords: counted.map(({ match }) => match) };
      });
  }

  #look(text: string, found: Map<Node, Found>, inTitle: boolean): void {
    const tokens = tokensOf(text.slice(0, maxCharacters));
    for (const at of tokens.keys()) {
      let node = this.#root.next.get(tokens[at] ?? '');
      for (let further = at + 1; node !== undefined; further += 1) {
        if (node.entries.size > 0) {
          const match = found.get(node) ?? { inTitle: false, count: 0, inText: 0 };
          match.count += 1;
          if (inTitle) match.inTitle = true;
          else match.inText += 1;
          found.set(node, match);
        }
        node = node.next.get(tokens[further] ?? '');
      }
    }
  }

  #follow(): void {
    const { changes, changedAtMs } = this.#table;
    if (changes === this.#taken) return;
    const now = new Map(this.#table.entries());
    for (const [key, { set, entries }] of this.#sets) {
      if (now.get(key) === set) continue;
      for (const entry of entries) this.#drop(entry);
      this.#sets.delete(key);
    }
    for (const [key, set] of now) {
      if (this.#sets.has(key)) continue;
      const entries = entriesOf(set);
      for (const entry of entries) this.#add(entry);
      this.#sets.set(key, { set, entries });
    }
    this.#taken = changes;
    this.#definedAtMs = changedAtMs;
  }

  #add(entry: Entry): void {
    let node = this.#root;
    for (const token of entry.tokens) {
      const next = node.next.get(token) ?? newNode();
      node.next.set(token, next);
      node = next;
    }
    node.entries.add(entry);
  }

  #drop(entry: Entry): void {
    const way = [this.#root];
    for (const token of entry.tokens) way.push(way.at(-1)?.next.get(token) ?? newNode());
    way.at(-1)?.entries.delete(entry);
    for (let at = way.length - 1; at > 0; at -= 1) {
      const node = way[at];
      if (node === undefined || node.entries.size > 0 || node.next.size > 0) return;
      way[at - 1]?.next.delete(entry.tokens[at - 1] ?? '');
    }
  }
}

function entriesOf({ organization_id, keywords }: KeywordSet): readonly Entry[] {
  return keywords
    .slice(0, maxKeywords)
    .map(({ keyword, weight }) => ({ organizationId: organization_id, keyword, weight, tokens: tokensOf(keyword) }))
    .filter(({ tokens }) => tokens.length > 0 && tokens.length <= maxTokens);
}

/** Grows with each match, ever more slowly, and never reaches 1. To four digits. */
const scoreOf = (sum: number): number => Math.min(0.9999, Math.round((1 - Math.exp(-sum / scale)) * 10_000) / 10_000);
