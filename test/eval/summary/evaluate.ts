import { z } from 'zod';
import { detectLanguage } from '../../../processors/enrich/language.ts';
import { sentencesOf } from '../../../processors/enrich/sentences/split-sentences.ts';
import { summarize, summaryMethod } from '../../../processors/enrich/summary.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Figure, Outcome } from '../frame/report.ts';
import { stemsOf } from '../frame/stem.ts';
import { rougeL, rougeN } from './rouge.ts';

export const summaryRecord = z.object({ text: z.string(), title: z.string().default(''), reference: z.string() });
export type SummaryRecord = z.infer<typeof summaryRecord>;

const maxErrors = 20;
/** Sentences of the text's beginning that a summary has to beat. */
const lead = 3;

const measures = {
  'ROUGE-1': (found: readonly string[], reference: readonly string[]) => rougeN(found, reference, 1).f1,
  'ROUGE-2': (found: readonly string[], reference: readonly string[]) => rougeN(found, reference, 2).f1,
  'ROUGE-L': (found: readonly string[], reference: readonly string[]) => rougeL(found, reference).f1,
};
type Measure = keyof typeof measures;
type Scores = Readonly<Record<Measure, number>>;

interface Judged {
  readonly record: SummaryRecord;
  readonly summary: string;
  readonly first: string;
  readonly ours: Scores;
  readonly firsts: Scores;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const wordsOf = (text: string) => stemsOf(text).length;

/** Scores summaries, and the first three sentences of the same texts. Texts without a summary count as 0. */
export async function evaluateSummaries(records: readonly SummaryRecord[], progress: Progress): Promise<Outcome> {
  const judged: Judged[] = [];
  for (const record of records) {
    const { title, text, reference } = record;
    const { language } = await detectLanguage({ title, text, language_hint: null });
    const summary = summarize(title, text, language)?.text ?? '';
    const first = [...sentencesOf(text, language)].slice(0, lead).join(' ');
    judged.push({ record, summary, first, ours: scoresOf(summary, reference), firsts: scoresOf(first, reference) });
    progress(judged.length, records.length);
  }
  return {
    records: judged.length,
    figures: [
      ...(Object.keys(measures) as Measure[]).flatMap((measure) => figuresOf(judged, measure)),
      {
        name: 'words of ours',
        value: meanOf(judged.map(({ summary }) => wordsOf(summary))),
        interval: null,
        digits: 1,
      },
      {
        name: 'words of first three',
        value: meanOf(judged.map(({ first }) => wordsOf(first))),
        interval: null,
        digits: 1,
      },
      {
        name: 'words of references',
        value: meanOf(judged.map(({ record }) => wordsOf(record.reference))),
        interval: null,
        digits: 1,
      },
      {
        name: 'texts without a summary',
        value: judged.filter(({ summary }) => summary === '').length,
        interval: null,
        digits: 0,
      },
    ],
    tables: [
      {
        title: 'furthest behind the first three sentences, by ROUGE-1',
        heads: ['ours', 'first', 'reference', 'summary'],
        rows: judged
          .toSorted((a, b) => a.ours['ROUGE-1'] - a.firsts['ROUGE-1'] - (b.ours['ROUGE-1'] - b.firsts['ROUGE-1']))
          .slice(0, maxErrors)
          .map(({ record, summary, ours, firsts }) => [
            ours['ROUGE-1'].toFixed(2),
            firsts['ROUGE-1'].toFixed(2),
            record.reference,
            summary,
          ]),
      },
    ],
    notes: [
      summaryMethod,
      'F1 over words in small letters with Porter stems, nothing cut; intervals of differences are paired',
    ],
  };
}

function scoresOf(found: string, reference: string): Scores {
  const [own, other] = [stemsOf(found), stemsOf(reference)];
  return Object.fromEntries(
    Object.entries(measures).map(([measure, score]) => [measure, score(own, other)]),
  ) as unknown as Scores;
}

function figuresOf(judged: readonly Judged[], measure: Measure): readonly Figure[] {
  const ours = (drawn: readonly Judged[]) => meanOf(drawn.map((one) => one.ours[measure]));
  const firsts = (drawn: readonly Judged[]) => meanOf(drawn.map((one) => one.firsts[measure]));
  const difference = (drawn: readonly Judged[]) => ours(drawn) - firsts(drawn);
  return [
    { name: measure, value: ours(judged), interval: bootstrap(judged, ours) },
    { name: `${measure} of first three`, value: firsts(judged), interval: bootstrap(judged, firsts) },
    { name: `${measure}, difference`, value: difference(judged), interval: bootstrap(judged, difference) },
  ];
}
