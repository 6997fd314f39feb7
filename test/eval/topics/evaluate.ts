import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { categoryMethod } from '../../../processors/categorize/categories.ts';
import { embedFacets } from '../../../processors/categorize/facets.ts';
import {
  matchOf,
  maxExamples,
  openOwnTopic,
  type OwnTopic,
  ownTopicMethod,
  scoreOf,
} from '../../../processors/categorize/own-topic.ts';
import { softmax } from '../../../processors/categorize/softmax.ts';
import { centred, type Vector } from '../../../processors/categorize/vectors.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Figure, Outcome, Table } from '../frame/report.ts';
import { describeTopics } from './described-topics.ts';
import { drawn, type LabelledText } from './input.ts';

interface Parts {
  readonly embedder: Pick<Embedder, 'model' | 'embed'>;
  readonly definitions: ReadonlyMap<string, readonly string[]>;
  readonly examplesPerTopic: number;
  readonly progress: Progress;
}

interface Labelled {
  readonly text: string;
  /** Index of its topic. */
  readonly topic: number;
  readonly vector: Vector;
}

interface Judged {
  readonly text: string;
  /** Indexes of topics. */
  readonly topic: number;
  /** The one with the greatest score. */
  readonly given: number;
  /** Of the given topic, 0 to 1. */
  readonly score: number;
}

/** What the stage would write: any number of topics, none among them. */
interface Matched {
  readonly topic: number;
  readonly topics: readonly number[];
}

const textsAtOnce = 64;
const errorsShown = 40;
const seed = 1;

/**
 * Judges texts by what the stage `categorize` judges articles by: without examples by the facets of the taxonomy, with
 * examples by a topic of an organisation for each topic that occurs. The examples are those of the records, or else
 * drawn from them and then not judged.
 */
export async function evaluate(texts: readonly LabelledText[], parts: Parts): Promise<Outcome> {
  const { embedder, definitions, examplesPerTopic, progress } = parts;
  const topics = [...new Set(texts.map(({ topic }) => topic))].toSorted();
  if (topics.length < 2) throw new Error(`every text has the topic ${topics.join('')}: there is nothing to tell apart`);
  if (examplesPerTopic > maxExamples) {
    throw new Error(`a topic has ${maxExamples} examples at most: --examples ${examplesPerTopic} is too many`);
  }
  const facets = await embedFacets(embedder);
  const described = await describeTopics(topics, definitions, { embedder, facets });
  const vectors = await embedAll(
    texts.map(({ text }) => text),
    embedder,
    progress,
  );
  const all = texts.map(({ text, topic }, at) => ({ text, topic: topics.indexOf(topic), vector: vectors[at] ?? [] }));
  const without = judgedBy((vector) => softmax(described.scores(vector)), all);

  const ownExamples = texts.flatMap(({ examples = [], topic }) =>
    examples.map((text) => ({ text, topic: topics.indexOf(topic) })),
  );
  const examples = topics.map((_, topic) =>
    ownExamples.length > 0
      ? ownExamples.filter((one) => one.topic === topic).slice(0, examplesPerTopic)
      : drawn(
          all.filter((one) => one.topic === topic),
          examplesPerTopic,
        ),
  );
  const missing = topics.filter((_, topic) => examples[topic]?.length === 0);
  if (missing.length > 0) throw new Error(`there are no examples of ${missing.join(', ')}`);
  const taken = new Set<object>(examples.flat());
  const rest = all.filter((one) => !taken.has(one));
  if (rest.length === 0) throw new Error(`all texts serve as examples: --examples ${examplesPerTopic} is too many`);

  const open = (name: string, description: string | null, some: readonly { readonly text: string }[]) =>
    openOwnTopic(
      { organization_id: '', topic_id: name, name, description, examples: some.map(({ text }) => text), updated_at: 0 },
      embedder,
      facets.mean,
    );
  const own: OwnTopic[] = [];
  for (const [at, name] of topics.entries()) {
    const topic = await open(name, definitions.get(name)?.join(' ') ?? null, examples[at] ?? []);
    if (topic === null) throw new Error(`the examples of ${name} are empty`);
    own.push(topic);
  }
  const centredOf = (vector: Vector) => centred(vector, facets.mean);
  const withExamples = judgedBy((vector) => own.map((topic) => scoreOf(centredOf(vector), topic)), rest);
  const matched = rest.map(({ topic, vector }): Matched => ({
    topic,
    topics: [...own.keys()].filter((at) => matchOf(centredOf(vector), own[at] as OwnTopic) !== null),
  }));

  const how = `with ${examplesPerTopic} examples`;
  return {
    records: texts.length,
    figures: [
      figureOf('accuracy without examples', without, shareRight),
      figureOf(`accuracy ${how} a topic`, withExamples, shareRight),
      macroF1('macro F1 without examples', without, topics),
      macroF1(`macro F1 ${how}`, withExamples, topics),
      figureOf(`precision of topics ${how}`, matched, precisionOf),
      figureOf(`recall of topics ${how}`, matched, recallOf),
    ],
    tables: [
      ...breakdown('without examples', without, topics),
      ...breakdown(`${how} a topic`, withExamples, topics),
      {
        title: `topics as the stage gives them, ${how} a topic: any number a text, those with a score of 0.5`,
        heads: ['topic', 'texts', 'given', 'precision', 'recall'],
        rows: topics.map((name, topic) => [name, ...openSetCells(matched, topic)]),
      },
      {
        title: 'how topics are described without examples: facets of the taxonomy, or sentences',
        heads: ['topic', 'described by'],
        rows: topics.map((topic, at) => [topic, described.describedBy[at]?.join(', ') ?? '']),
      },
    ],
    notes: [
      `model ${embedder.model}`,
      `without examples: the scores of categories (${categoryMethod}), the facets gathered by what the topics' names mean`,
      `with examples: topics of an organisation (${ownTopicMethod}); accuracy takes the one with the greatest score,`,
      'precision and recall what the stage gives, where a text may have several topics or none',
      ownExamples.length > 0
        ? 'examples are those of the records'
        : `examples are drawn from the records with seed ${seed} and not judged: ${rest.length} are`,
    ],
  };
}

const judgedBy = (score: (vector: Vector) => readonly number[], some: readonly Labelled[]): readonly Judged[] =>
  some.map(({ text, topic, vector }) => {
    const scores = score(vector);
    const greatest = Math.max(...scores);
    return { text, topic, given: scores.indexOf(greatest), score: greatest };
  });

async function embedAll(
  texts: readonly string[],
  embedder: Parts['embedder'],
  progress: Progress,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += textsAtOnce) {
    vectors.push(...(await embedder.embed(texts.slice(at, at + textsAtOnce))));
    progress(vectors.length, texts.length, 'embedded');
  }
  return vectors;
}

const shareRight = (some: readonly Judged[]): number =>
  some.filter(({ topic, given }) => topic === given).length / some.length;

const total = (some: readonly Matched[], count: (one: Matched) => number): number =>
  some.reduce((sum, one) => sum + count(one), 0);
const hits = (some: readonly Matched[]): number => some.filter(({ topic, topics }) => topics.includes(topic)).length;
/** Not a number where no topic was given. */
const precisionOf = (some: readonly Matched[]): number => hits(some) / total(some, ({ topics }) => topics.length);
const recallOf = (some: readonly Matched[]): number => hits(some) / some.length;

function openSetCells(matched: readonly Matched[], topic: number): readonly (string | number)[] {
  const ofTopic = matched.filter((one) => one.topic === topic);
  const given = matched.filter(({ topics }) => topics.includes(topic));
  const right = hits(ofTopic);
  return [
    ofTopic.length,
    given.length,
    given.length === 0 ? '' : (right / given.length).toFixed(3),
    ofTopic.length === 0 ? '' : (right / ofTopic.length).toFixed(3),
  ];
}

function figureOf<T>(name: string, some: readonly T[], statistic: (drawn: readonly T[]) => number): Figure {
  return { name, value: statistic(some), interval: bootstrap(some, statistic) };
}

function macroF1(name: string, judged: readonly Judged[], topics: readonly string[]): Figure {
  const f1 = (some: readonly Judged[]) =>
    topics.reduce((sum, _, topic) => sum + scoresOf(some, topic).f1, 0) / topics.length;
  return { name, value: f1(judged), interval: bootstrap(judged, f1, 200) };
}

function scoresOf(judged: readonly Judged[], topic: number) {
  const right = judged.filter((one) => one.topic === topic && one.given === topic).length;
  const ofTopic = judged.filter((one) => one.topic === topic).length;
  const given = judged.filter((one) => one.given === topic).length;
  return {
    texts: ofTopic,
    precision: given === 0 ? 0 : right / given,
    recall: ofTopic === 0 ? 0 : right / ofTopic,
    f1: given + ofTopic === 0 ? 0 : (2 * right) / (given + ofTopic),
  };
}

function breakdown(how: string, judged: readonly Judged[], topics: readonly string[]): readonly Table[] {
  const errors = judged.filter(({ topic, given }) => topic !== given).toSorted((a, b) => b.score - a.score);
  return [
    {
      title: `topics, ${how}`,
      heads: ['topic', 'texts', 'precision', 'recall', 'F1'],
      rows: topics.map((name, topic) => {
        const { texts, precision, recall, f1 } = scoresOf(judged, topic);
        return [name, texts, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3)];
      }),
    },
    {
      title: `confusion, ${how}: rows are the topics, columns what was given`,
      heads: ['', ...topics],
      rows: topics.map((name, topic) => [
        name,
        ...topics.map((_, given) => judged.filter((one) => one.topic === topic && one.given === given).length),
      ]),
    },
    {
      title: `the surest of ${errors.length} errors, ${how}`,
      heads: ['topic', 'given', 'score', 'text'],
      rows: errors
        .slice(0, errorsShown)
        .map(({ topic, given, score, text }) => [topics[topic] ?? '', topics[given] ?? '', score.toFixed(2), text]),
    },
  ];
}
