import { readFileSync } from 'node:fs';
import { articleId, derivedId, feedId } from '../../../domain/identity.ts';
import type { RawArticle } from '../../../schemas/types.ts';
import { eventHeaders } from '../../../streams/event-headers.ts';
import type { OutgoingRecord } from '../../../streams/kafka/port.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { generator } from '../../eval/frame/bootstrap.ts';

export interface Story {
  readonly title: string;
  readonly text: string;
}

const paragraphs = 8;
const sentencesEach = 3;

const people = 'Ada Bell,Jonas Reuter,Mina Okafor,Paulo Costa,Yuki Tanaka,Sara Lind,Omar Haddad,Eva Novak'.split(',');
const places = 'Lisbon,Nairobi,Oslo,Osaka,Warsaw,Lima,Toronto,Hanoi,Accra,Vienna'.split(',');
const organizations =
  'Northwind Bank,the Harbour Authority,Delta Rail,the City Council,Orion Energy,the Health Ministry'.split(',');
const things =
  'budget,bridge,election,harvest,vaccine,strike,merger,storm,tunnel,railway,festival,tax,school,port'.split(',');
const verbs = 'approved,delayed,criticised,defended,opened,cut,doubled,rejected,praised,reviewed'.split(',');
const reasons =
  'after weeks of talks,despite warnings from experts,because costs had risen,in spite of protests,as demand fell,before the summer break'.split(
    ',',
  );

/** A story of some 2,500 characters that nobody wrote, the same for the same number; no two are near copies. */
export function storyOf(index: number): Story {
  const random = generator(index + 1);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const number = (): number => Math.floor(random() * 9_000) + 100;
  const sentence = (): string =>
    `${pick(people)} of ${pick(organizations)} ${pick(verbs)} the ${pick(things)} in ${pick(places)} ${pick(reasons)}, with ${number()} people and ${number()} million at stake.`;
  const paragraph = (): string => Array.from({ length: sentencesEach }, sentence).join(' ');
  return {
    title: `${pick(organizations)} ${pick(verbs)} ${pick(things)} in ${pick(places)}: ${number()}`.replace(
      /^the /u,
      'The ',
    ),
    text: Array.from({ length: paragraphs }, paragraph).join('\n\n'),
  };
}

/** @param file of one JSON object a line, with title and text */
export function storiesIn(file: string): readonly Story[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Story)
    .filter(({ title, text }) => typeof title === 'string' && typeof text === 'string');
}

/** As the collector would have written it, from a feed that has the whole text. */
export async function rawRecord({ codec }: Runtime, story: Story, name: string): Promise<OutgoingRecord> {
  const url = `https://news.example/${encodeURIComponent(name)}`;
  const nowMs = Date.now();
  const value: RawArticle = {
    article_id: articleId('public', url),
    version: nowMs * 1_000,
    visibility: 'public',
    url,
    feed_id: feedId('https://news.example/feed'),
    connector: 'feed',
    fetched_at: nowMs,
    entry: {
      guid: url,
      url,
      title: story.title,
      summary_html: null,
      content_html: story.text
        .split('\n\n')
        .map((paragraph) => `<p>${paragraph.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`)
        .join(''),
      authors: [],
      tags: [],
      published_at: nowMs,
      updated_at: null,
      image_url: null,
      language: 'en',
      published_raw: null,
    },
    page: null,
    page_error: null,
    extraction: null,
    enrichment: null,
  };
  const headers = eventHeaders({
    topic: 'raw-article',
    source: 'bench',
    eventId: derivedId('bench-pipeline', name),
    isTombstone: false,
    nowMs,
  });
  return { topic: 'raw-article', key: value.article_id, value: await codec.encode('raw-article', value), headers };
}
