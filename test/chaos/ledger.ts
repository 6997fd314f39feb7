import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DuplicateReason } from '../../schemas/types.ts';

/** What the ledger says of one version of one article, written before it is produced or served. */
export interface ArticleLine {
  readonly kind: 'article';
  readonly id: string;
  readonly url: string;
  /** From 1. */
  readonly number: number;
  /** `feed`: served by a feed and collected; the time of the fetch is then not known before. */
  readonly via: 'topic' | 'feed';
  readonly feedId: string;
  /** Null for what is collected: the product makes them. */
  readonly eventId: string | null;
  /** Of the raw article; null for what is collected. */
  readonly version: number | null;
  readonly title: string;
  readonly textHash: string;
  readonly words: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  /** Articles of the same text carry the same. */
  readonly textGroup: string | null;
}

/** A record that no stage can use. Bytes are base64. */
export interface PoisonLine {
  readonly kind: 'poison';
  readonly what: PoisonKind;
  readonly topic: string;
  readonly eventId: string;
  /** Those that must write a dead letter of it. */
  readonly stages: readonly string[];
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const poisonKinds = [
  'bad-avro',
  'unknown-schema-id',
  'null-key',
  'truncated',
  'huge-key',
  'constraint',
] as const;
export type PoisonKind = (typeof poisonKinds)[number];

/** Nothing follows: whoever reads a ledger without it reads one that was cut off. */
export interface EndLine {
  readonly kind: 'end';
  readonly versions: number;
  readonly poison: number;
}

export type LedgerLine = ArticleLine | PoisonLine | EndLine;

/** Lines reach the disk before `write` returns. */
export class LedgerWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(lines: readonly LedgerLine[]): void {
    if (lines.length === 0) return;
    writeSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

export interface Ledger {
  /** The versions of each article, by id, in order. */
  readonly articles: ReadonlyMap<string, readonly ArticleLine[]>;
  readonly poison: readonly PoisonLine[];
}

/** @throws Error where its end is missing */
export async function readLedger(path: string): Promise<Ledger> {
  const articles = new Map<string, ArticleLine[]>();
  const poison: PoisonLine[] = [];
  let end: EndLine | undefined;
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    const line = JSON.parse(text) as LedgerLine;
    if (line.kind === 'end') end = line;
    else if (line.kind === 'poison') poison.push(line);
    else {
      const versions = articles.get(line.id);
      if (versions === undefined) articles.set(line.id, [line]);
      else versions.push(line);
    }
  }
  const versions = [...articles.values()].reduce((sum, one) => sum + one.length, 0);
  if (end === undefined || end.versions !== versions || end.poison !== poison.length) {
    throw new Error(
      `the ledger ${path} is not whole: ${versions} versions, ${poison.length} poison, end ${JSON.stringify(end)}`,
    );
  }
  return { articles, poison };
}

/** The last version of an article. */
export function lastOf(versions: readonly ArticleLine[]): ArticleLine {
  const last = versions.at(-1);
  if (last === undefined) throw new Error('an article without versions');
  return last;
}

export interface ExpectedLink {
  readonly originalId: string;
  readonly reason: DuplicateReason;
}

/** The earliest published of each group of the same text is the original of the others. */
export function expectedLinks({ articles }: Pick<Ledger, 'articles'>): ReadonlyMap<string, ExpectedLink> {
  const latest = [...articles.values()].map(lastOf).filter(({ textGroup }) => textGroup !== null);
  const links = new Map<string, ExpectedLink>();
  for (const members of Map.groupBy(latest, ({ textGroup }) => textGroup).values()) {
    const [original, ...copies] = members.toSorted((a, b) => a.publishedAt - b.publishedAt || (a.id < b.id ? -1 : 1));
    if (original === undefined) continue;
    for (const copy of copies) links.set(copy.id, { originalId: original.id, reason: 'same_text' });
  }
  return links;
}

/** Of a plain text, whatever its white space. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text.replaceAll(/\s+/gu, ' ').trim()).digest('hex');
}
