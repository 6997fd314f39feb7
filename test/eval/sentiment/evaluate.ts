import { z } from 'zod';
import type { Sentiment } from '../../../schemas/types.ts';
import { judgeEnglish } from '../../../processors/enrich/sentiment.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Outcome } from '../frame/report.ts';
import { pearson, ranksOf } from '../similarity/correlation.ts';

export const sentimentRecord = z.object({ text: z.string(), score: z.number(), title: z.string().default('') });
type SentimentRecord = z.infer<typeof sentimentRecord>;

/** People's scores nearer to 0 than this are neutral, on VADER's scale of -4 to 4. */
const defaultNeutral = 0.5;
const maxErrors = 40;

interface Judged {
  readonly text: string;
  readonly score: number;
  readonly label: Sentiment['label'];
  readonly found: Sentiment;
  readonly rank: number;
  readonly foundRank: number;
}

const isRight = ({ label, found }: Judged) => label === found.label;
const accuracyOf = (judged: readonly Judged[]) => judged.filter(isRight).length / judged.length;
const r = (drawn: readonly Judged[]) =>
  pearson(
    drawn.map(({ score }) => score),
    drawn.map((one) => one.found.score),
  );
// Ranks are those of the whole set, also in a draw: to rank each draw anew changes the third digit.
const rho = (drawn: readonly Judged[]) =>
  pearson(
    drawn.map(({ rank }) => rank),
    drawn.map(({ foundRank }) => foundRank),
  );
const labels = ['negative', 'neutral', 'positive'] as const;

/** @param neutral half the width of what counts as neutral in people's scores */
export function evaluateSentiment(records: readonly SentimentRecord[], neutral = defaultNeutral): Outcome {
  const found = records.map(({ title, text }) => judgeEnglish(title, text));
  const ranks = ranksOf(records.map(({ score }) => score));
  const foundRanks = ranksOf(found.map(({ score }) => score));
  const judged = records.map(({ text, score }, at): Judged => ({
    text,
    score,
    label: score >= neutral ? 'positive' : score <= -neutral ? 'negative' : 'neutral',
    found: found[at] as Sentiment,
    rank: ranks[at] ?? 0,
    foundRank: foundRanks[at] ?? 0,
  }));
  const byConfidence = [...Map.groupBy(judged, (one) => Math.floor(one.found.confidence * 10))];
  return {
    records: judged.length,
    figures: [
      { name: 'Pearson r', value: r(judged), interval: bootstrap(judged, r) },
      { name: 'Spearman', value: rho(judged), interval: bootstrap(judged, rho) },
      { name: '3-class accuracy', value: accuracyOf(judged), interval: bootstrap(judged, accuracyOf) },
    ],
    tables: [
      {
        title: 'labels: people down, found across',
        heads: ['people', ...labels, 'recall'],
        rows: labels.map((label) => {
          const own = judged.filter((one) => one.label === label);
          return [
            label,
            ...labels.map((other) => own.filter((one) => one.found.label === other).length),
            own.length === 0 ? 0 : accuracyOf(own),
          ];
        }),
      },
      {
        title: 'how far confidence is to be believed',
        heads: ['confidence from', 'texts', 'mean confidence', 'accuracy'],
        rows: byConfidence
          .toSorted(([a], [b]) => a - b)
          .map(([tenth, own]) => [
            (tenth / 10).toFixed(1),
            own.length,
            own.reduce((sum, one) => sum + one.found.confidence, 0) / own.length,
            accuracyOf(own),
          ]),
      },
      {
        title: `furthest from what people say (${Math.min(maxErrors, judged.length)} of ${judged.length})`,
        heads: ['people', 'found', 'text'],
        rows: judged
          .toSorted((a, b) => Math.abs(distanceOf(b)) - Math.abs(distanceOf(a)))
          .slice(0, maxErrors)
          .map(({ score, found: { score: own }, text }) => [score.toFixed(2), own.toFixed(2), text]),
      },
    ],
    notes: [
      found[0]?.method ?? '',
      `texts are taken for English; people's scores within ${neutral} of 0 are neutral (--neutral)`,
    ],
  };
}

const distanceOf = ({ rank, foundRank }: Judged) => rank - foundRank;
