import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { softmax } from '../../../processors/categorize/few-shot.ts';
import { openLabelJudge } from '../../../processors/categorize/label-judge.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Figure, Outcome, Table } from '../frame/report.ts';
import { drawn, type LabelledText } from './input.ts';

interface Parts {
  readonly embedder: Pick<Embedder, 'model' | 'embed'>;
  readonly definitions: ReadonlyMap<string, readonly string[]>;
  readonly examplesPerTopic: number;
  readonly progress: Progress;
}

interface Judged {
  readonly text: string;
  /** Indexes of topics. */
  readonly topic: number;
  readonly given: number;
  /** Of the given topic among all, 0 to 1. */
  readonly share: number;
}

const textsAtOnce = 64;
const errorsShown = 40;
const seed = 1;

/**
 * Gives each text one of the topics that occur, without examples and with some of each topic. The examples are those of
 * the records, or else drawn from them and then not judged.
 */
export async function evaluate(texts: readonly LabelledText[], parts: Parts): Promise<Outcome> {
  const { embedder, definitions, examplesPerTopic, progress } = parts;
  const topics = [...new Set(texts.map(({ topic }) => topic))].toSorted();
  if (topics.length < 2) throw new Error(`every text has the topic ${topics.join('')}: there is nothing to tell apart`);
  const judge = await openLabelJudge(embedder, topics, definitions);
  const vectors = await embedAll(
    texts.map(({ text }) => text),
    embedder,
    progress,
  );
  const all = texts.map(({ text, topic }, at) => ({ text, topic: topics.indexOf(topic), vector: vectors[at] ?? [] }));

  const judged = (some: typeof all, score: (vector: ArrayLike<number>) => readonly number[]): readonly Judged[] =>
    some.map(({ text, topic, vector }) => {
      const scores = score(vector);
      const given = scores.indexOf(Math.max(...scores));
      return { text, topic, given, share: softmax(scores)[given] ?? 0 };
    });

  const without = judged(all, judge.score);
  const ownExamples = texts.flatMap(({ examples = [], topic }) =>
    examples.map((text) => ({ text, topic: topics.indexOf(topic) })),
  );
  const picked = topics.flatMap((_, topic) =>
    drawn(
      all.filter((one) => one.topic === topic),
      examplesPerTopic,
    ),
  );
  const taken = ownExamples.length > 0 ? new Set<(typeof all)[number]>() : new Set(picked);
  const examples =
    ownExamples.length > 0 ? await withVectors(byTopic(ownExamples, topics, examplesPerTopic), parts) : picked;
  const missing = topics.filter((_, topic) => !examples.some((one) => one.topic === topic));
  if (missing.length > 0) throw new Error(`there are no examples of ${missing.join(', ')}`);
  const rest = all.filter((one) => !taken.has(one));
  if (rest.length === 0) throw new Error(`all texts serve as examples: --examples ${examplesPerTopic} is too many`);
  const withExamples = judged(rest, judge.learn(examples));

  const name = `accuracy with ${examplesPerTopic} examples a topic`;
  return {
    records: texts.length,
    figures: [
      accuracyOf('accuracy without examples', without),
      accuracyOf(name, withExamples),
      macroF1('macro F1 without examples', without, topics),
      macroF1(`macro F1 with ${examplesPerTopic} examples`, withExamples, topics),
    ],
    tables: [
      ...breakdown('without examples', without, topics),
      ...breakdown(`with ${examplesPerTopic} examples a topic`, withExamples, topics),
      {
        title: 'how topics are described without examples: facets of the taxonomy, or sentences',
        heads: ['topic', 'described by'],
        rows: topics.map((topic, at) => [topic, judge.describedBy[at]?.join(', ') ?? '']),
      },
    ],
    notes: [
      `model ${embedder.model}; facets-1 without examples, few-shot-1 with them`,
      ownExamples.length > 0
        ? 'examples are those of the records'
        : `examples are drawn from the records with seed ${seed} and not judged: ${rest.length} are`,
    ],
  };
}

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

async function withVectors(examples: readonly { text: string; topic: number }[], { embedder, progress }: Parts) {
  const vectors = await embedAll(
    examples.map(({ text }) => text),
    embedder,
    progress,
  );
  return examples.map(({ topic }, at) => ({ topic, vector: vectors[at] ?? [] }));
}

const byTopic = <T extends { readonly topic: number }>(all: readonly T[], topics: readonly string[], count: number) =>
  topics.flatMap((_, topic) => all.filter((one) => one.topic === topic).slice(0, count));

const shareRight = (some: readonly Judged[]): number =>
  some.filter(({ topic, given }) => topic === given).length / some.length;

function accuracyOf(name: string, judged: readonly Judged[]): Figure {
  return { name, value: shareRight(judged), interval: bootstrap(judged, shareRight) };
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
  const errors = judged.filter(({ topic, given }) => topic !== given).toSorted((a, b) => b.share - a.share);
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
      heads: ['topic', 'given', 'share', 'text'],
      rows: errors
        .slice(0, errorsShown)
        .map(({ topic, given, share, text }) => [topics[topic] ?? '', topics[given] ?? '', share.toFixed(2), text]),
    },
  ];
}
