import { v5 as uuidv5 } from 'uuid';
import type { Article } from '../../../schemas/types.ts';

const namespace = '5b1c8f0e-33c2-5b53-9d0a-0c9d6a1f7e44';
const firstMs = Date.UTC(2026, 0, 1);
/** Makes the Avro value 1.4 KB long, give or take 15 bytes. */
const textLength = 870;

const syllables = [
  'ka',
  'lo',
  'mi',
  'ner',
  'to',
  'vas',
  'el',
  'dri',
  'um',
  'pe',
  'sha',
  'ro',
  'tin',
  'ga',
  'bel',
  'os',
];

/** The same article for the same number on every machine, of no real text, and about as compressible as news. */
export function articleOf(index: number): Article {
  const random = generator(index + 1);
  const article_id = uuidv5(`article ${index}`, namespace);
  const fetched_at = firstMs + index * 1_000;
  const title = sentence(random, 70);
  return {
    article_id,
    version: fetched_at * 1_000,
    visibility: 'public',
    url: `https://gazette-${index % 97}.example/2026/${index}/${title.slice(0, 24).replaceAll(' ', '-').toLowerCase()}`,
    canonical_url: null,
    feed_ids: [uuidv5(`feed ${index % 97}`, namespace)],
    site_name: `Gazette ${index % 97}`,
    title,
    text: sentence(random, textLength),
    html: null,
    summary: sentence(random, 90),
    authors: ['A. Writer'],
    tags: [],
    section: null,
    paywall: null,
    withheld: null,
    image_url: null,
    language_hint: 'en',
    published_at: fetched_at - 60_000,
    published_at_source: 'entry',
    modified_at: null,
    fetched_at,
    content_hash: hex(random),
    text_hash: hex(random),
    extraction_method: 'readability',
    extraction_confidence: 0.9,
    enrichment: null,
  };
}

/** Mulberry32: small, fast, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sentence(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    const parts = 1 + Math.floor(random() * 3);
    let word = '';
    for (let part = 0; part < parts; part += 1) word += syllables[Math.floor(random() * syllables.length)] ?? '';
    text += `${text === '' || random() < 0.1 ? word.charAt(0).toUpperCase() + word.slice(1) : word} `;
  }
  return text.trimEnd();
}

function hex(random: () => number): string {
  let text = '';
  for (let part = 0; part < 8; part += 1) {
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return text;
}
