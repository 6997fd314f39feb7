import { factsOf } from '../../../processors/dedup/facts.ts';
import { nearness } from '../../../processors/dedup/near/nearness.ts';
import { type Sketch, sketchOf } from '../../../processors/dedup/near/sketch.ts';
import { textHash } from '../../../processors/extract/text-hash.ts';

export interface Text {
  readonly title: string;
  readonly text: string;
}

/** One text and all articles that have it. */
interface Node {
  readonly key: string;
  readonly sketch: Sketch;
  readonly bands: readonly string[];
}

/**
 * The originals as the stage would link them, of articles that were published in the order given, each at an address of
 * its own. Facts, buckets, sketches and nearness are the stage's own; only what the stage keeps in Redis is in memory
 * here. A test holds this against the stage.
 *
 * @returns for each article the index of its original, its own for an original
 */
export function originalsOf(texts: readonly Text[], maxBucket = 24): readonly number[] {
  const facts = texts.map(({ title, text }, at) =>
    factsOf({
      article_id: String(at),
      version: at,
      visibility: 'public',
      url: `https://example.com/${at}`,
      canonical_url: null,
      title,
      text,
      text_hash: textHash(text),
      published_at: at,
      fetched_at: at,
    }),
  );
  const firstOfText = new Map<string, number>();
  const nodes = new Map<string, Node>();
  for (const [at, { text, near }] of facts.entries()) {
    if (text === '' || firstOfText.has(text)) continue;
    firstOfText.set(text, at);
    if (near !== null) nodes.set(text, { key: text, sketch: sketchOf(near.sketch), bands: near.bands });
  }
  const neighbours = neighboursOf([...nodes.values()], maxBucket);
  const placeOf = (text: string) => firstOfText.get(text) ?? 0;
  const followed = new Map<string, { readonly original: number; readonly hops: number }>();
  for (const [text, at] of firstOfText) {
    const before = (neighbours.get(text) ?? [])
      .filter((other) => placeOf(other) < at)
      .toSorted((a, b) => placeOf(a) - placeOf(b));
    const root = before.find((other) => !followed.has(other));
    const copy = before.map((other) => followed.get(other)).find((beyond) => beyond?.hops === 1);
    if (root !== undefined) followed.set(text, { original: placeOf(root), hops: 1 });
    else if (copy !== undefined) followed.set(text, { original: copy.original, hops: 2 });
  }
  return facts.map(({ text }, at) => followed.get(text)?.original ?? firstOfText.get(text) ?? at);
}

function neighboursOf(nodes: readonly Node[], maxBucket: number): ReadonlyMap<string, readonly string[]> {
  const known = new Map(nodes.map((node) => [node.key, node]));
  const buckets = Map.groupBy(
    nodes.flatMap(({ key, bands }) => bands.map((band) => ({ key, band }))),
    ({ band }) => band,
  );
  const full = new Map(
    [...buckets].map(([band, members]) => [
      band,
      members
        .map(({ key }) => key)
        .toSorted()
        .slice(0, maxBucket),
    ]),
  );
  const found = new Map<string, Set<string>>();
  const connect = (a: string, b: string) => found.set(a, (found.get(a) ?? new Set<string>()).add(b));
  for (const node of nodes) {
    const candidates = new Set(node.bands.flatMap((band) => full.get(band) ?? []));
    candidates.delete(node.key);
    for (const candidate of candidates) {
      const other = known.get(candidate);
      if (other === undefined || nearness(node.sketch, other.sketch) === null) continue;
      connect(node.key, candidate);
      connect(candidate, node.key);
    }
  }
  return new Map([...found].map(([key, near]) => [key, [...near]]));
}
