import { z } from 'zod';
import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { textOf } from '../../../processors/embed/embed.ts';
import { findEntities } from '../../../processors/enrich/entities.ts';
import { detectLanguage } from '../../../processors/enrich/language.ts';
import { StoryIndex } from '../../../processors/story/story-index.ts';
import { method } from '../../../processors/story/story-state.ts';
import { termsOf } from '../../../processors/story/terms.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Outcome } from '../frame/report.ts';
import { bCubed, countsOf, pairwise, sharesOf } from './clustering.ts';

const label = z.union([z.string().min(1), z.number()]).transform(String);
export const recordSchema = z.object({
  id: label,
  text: z.string(),
  story: label,
  time: z.number(),
  title: z.string().optional(),
  publisher: z.string().nullish(),
  language: z.string().nullish(),
});
export type StoryRecord = z.infer<typeof recordSchema>;

const textsPerCall = 128;
const worstShown = 15;

/** How well the clusters of the story stage agree with labelled stories, when records come in the order of time. */
export async function evaluate(
  given: readonly StoryRecord[],
  embedder: Pick<Embedder, 'model' | 'embed'>,
  progress: Progress = () => undefined,
): Promise<Outcome> {
  const records = given.toSorted((a, b) => a.time - b.time);
  const vectors: Float32Array[] = [];
  for (let at = 0; at < records.length; at += textsPerCall) {
    const part = records.slice(at, at + textsPerCall);
    vectors.push(...(await embedder.embed(part.map(embeddedText))));
    progress(vectors.length, records.length, 'texts');
  }
  const enriched: Enriched[] = [];
  for (const record of records) enriched.push(await enrich(record));
  const found = cluster(enriched, vectors, embedder.model);

  const shares = sharesOf(
    records.map(({ story }) => story),
    found.map(({ cluster: id }) => id),
  );
  const figure = (name: string, of: (drawn: typeof shares) => number) => ({
    name,
    value: of(shares),
    interval: bootstrap(shares, of),
  });
  const titles = new Map(found.map(({ cluster: id, title }) => [id, title]));
  return {
    records: records.length,
    figures: [
      figure('B³ F1', (drawn) => bCubed(drawn).f1),
      figure('B³ precision', (drawn) => bCubed(drawn).precision),
      figure('B³ recall', (drawn) => bCubed(drawn).recall),
      figure('pairwise F1', (drawn) => pairwise(drawn).f1),
      { name: 'stories labelled', value: shares.length, interval: null, digits: 0 },
      { name: 'stories found', value: titles.size, interval: null, digits: 0 },
    ],
    tables: [splitStories(records, found, shares, titles), mixedClusters(records, found, titles)],
    notes: [`method ${method}, model ${embedder.model}; intervals by drawing whole stories`],
  };
}

const embeddedText = ({ title, text }: StoryRecord) =>
  title === undefined ? text : textOf({ title, text, summary: null });

interface Enriched {
  readonly record: StoryRecord;
  readonly title: string;
  readonly language: string | null;
  readonly entities: readonly string[];
}

/** As `enrich` does it, where the record's language is what the page declares. */
async function enrich(record: StoryRecord): Promise<Enriched> {
  const { title = record.text } = record;
  const text = record.title === undefined ? '' : record.text;
  const { language } = await detectLanguage({ title, text, language_hint: record.language ?? null });
  const entities = await findEntities(title, text, language);
  return { record, title, language, entities: entities.map(({ key }) => key) };
}

interface Found {
  readonly cluster: string;
  /** Of the cluster at the end. */
  readonly title: string;
}

/** As the stage does it, with the same code. */
function cluster(articles: readonly Enriched[], vectors: readonly Float32Array[], model: string): readonly Found[] {
  const index = new StoryIndex();
  const placed = articles.map(({ record: { id, time, publisher }, title, language, entities }, at) => {
    const { story } = index.place({
      id,
      visibility: 'public',
      title,
      source: publisher ?? '',
      language,
      publishedAt: time,
      model,
      vector: vectors[at] ?? new Float32Array(),
      terms: termsOf(title, entities, language),
      version: at + 1,
    });
    return story;
  });
  return placed.map((story) => {
    const last = story.mergedInto === null ? story : (index.get(story.mergedInto) ?? story);
    return { cluster: last.id, title: last.title };
  });
}

function splitStories(
  records: readonly StoryRecord[],
  found: readonly Found[],
  shares: ReturnType<typeof sharesOf>,
  titles: ReadonlyMap<string, string>,
): Outcome['tables'][number] {
  const byStory = Map.groupBy(
    records.map(({ story }, at) => ({ story, cluster: found[at]?.cluster ?? '' })),
    ({ story }) => story,
  );
  const sizes = countsOf(found.map(({ cluster: id }) => id));
  const rows = shares
    .map((share) => ({ ...share, lost: 2 * share.items - share.precision - share.recall }))
    .toSorted((a, b) => b.lost - a.lost)
    .slice(0, worstShown)
    .map(({ story, items, precision, recall }) => {
      const parts = [...countsOf((byStory.get(story) ?? []).map((one) => one.cluster))].toSorted(
        ([, a], [, b]) => b - a,
      );
      const largest = parts
        .slice(0, 3)
        .map(([id, count]) => `${count}/${sizes.get(id) ?? 0} ${titles.get(id) ?? ''}`.slice(0, 44));
      return [story.slice(0, 10), items, parts.length, precision / items, recall / items, ...pad(largest)];
    });
  return {
    title: 'stories that cost most (n/m: so many of the cluster of m)',
    heads: ['story', 'articles', 'clusters', 'precision', 'recall', 'largest', 'second', 'third'],
    rows,
  };
}

const pad = ([a = '', b = '', c = '']: readonly string[]) => [a, b, c];

function mixedClusters(
  records: readonly StoryRecord[],
  found: readonly Found[],
  titles: ReadonlyMap<string, string>,
): Outcome['tables'][number] {
  const byCluster = Map.groupBy(
    records.map((record, at) => ({ record, cluster: found[at]?.cluster ?? '' })),
    ({ cluster: id }) => id,
  );
  const rows = [...byCluster]
    .map(([id, members]) => {
      const stories = [...countsOf(members.map(({ record }) => record.story))].toSorted(([, a], [, b]) => b - a);
      const stranger = members.find(({ record }) => record.story === stories[1]?.[0])?.record;
      const strangers = members.length - (stories[0]?.[1] ?? 0);
      return { id, articles: members.length, stories: stories.length, strangers, stranger };
    })
    .filter(({ strangers }) => strangers > 0)
    .toSorted((a, b) => b.strangers - a.strangers)
    .slice(0, worstShown);
  return {
    title: 'clusters that mix stories',
    heads: ['cluster', 'articles', 'stories', 'strangers', 'one of them'],
    rows: rows.map(({ id, articles, stories, strangers, stranger }) => [
      titles.get(id) ?? '',
      articles,
      stories,
      strangers,
      stranger?.title ?? stranger?.text ?? '',
    ]),
  };
}
