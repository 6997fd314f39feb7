import { z } from 'zod';
import { detectLanguage } from '../../../processors/enrich/language.ts';
import { keywordsMethod, rankKeywords } from '../../../processors/enrich/keywords.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Outcome } from '../frame/report.ts';
import { stemsOf } from '../frame/stem.ts';

export const keywordsRecord = z.object({
  text: z.string(),
  title: z.string().default(''),
  keywords: z.array(z.string()),
  /** Another method's, best first, to be scored beside ours. */
  other: z.array(z.string()).optional(),
});
export type KeywordsRecord = z.infer<typeof keywordsRecord>;

/** So many of the best keywords count. */
const cutoff = 10;
const maxErrors = 25;

interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

interface Judged {
  readonly record: KeywordsRecord;
  readonly found: readonly string[];
  readonly ours: Score;
  readonly other: Score | null;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanF1 = (judged: readonly Judged[]) => meanOf(judged.map(({ ours }) => ours.f1));
const meanOtherF1 = (judged: readonly Judged[]) => meanOf(judged.map(({ other }) => other?.f1 ?? Number.NaN));

/** Scores the ten best keywords of each text; the language is told from the text as the stage does. */
export async function evaluateKeywords(records: readonly KeywordsRecord[], progress: Progress): Promise<Outcome> {
  const judged: Judged[] = [];
  for (const record of records) {
    if (stemmed(record.keywords).size === 0) continue;
    const { language } = await detectLanguage({ ...record, language_hint: null });
    const found = rankKeywords(record.title, record.text, language).map(({ term }) => term);
    judged.push({
      record,
      found,
      ours: scoreOf(found, record.keywords),
      other: record.other === undefined ? null : scoreOf(record.other, record.keywords),
    });
    progress(judged.length, records.length);
  }
  if (judged.length === 0) throw new Error('no record has a keyword');
  const compared = judged.filter(({ other }) => other !== null);
  const lead = (drawn: readonly Judged[]) => meanF1(drawn) - meanOtherF1(drawn);
  return {
    records: judged.length,
    figures: [
      { name: `F1@${cutoff}`, value: meanF1(judged), interval: bootstrap(judged, meanF1) },
      { name: `precision@${cutoff}`, value: meanOf(judged.map(({ ours }) => ours.precision)), interval: null },
      { name: `recall@${cutoff}`, value: meanOf(judged.map(({ ours }) => ours.recall)), interval: null },
      ...(compared.length === 0
        ? []
        : [
            { name: `other's F1@${cutoff}`, value: meanOtherF1(compared), interval: bootstrap(compared, meanOtherF1) },
            { name: 'ours less the other', value: lead(compared), interval: bootstrap(compared, lead) },
          ]),
    ],
    tables: [
      {
        title: 'the worst texts',
        heads: ['F1', 'title or beginning', 'missed', 'found instead'],
        rows: judged
          .toSorted((a, b) => a.ours.f1 - b.ours.f1)
          .slice(0, maxErrors)
          .map(({ record, found, ours }) => [
            ours.f1.toFixed(2),
            (record.title || record.text).slice(0, 40),
            record.keywords.filter((keyword) => !stemmed(found.slice(0, cutoff)).has(stemOf(keyword))).join(', '),
            found.filter((keyword) => !stemmed(record.keywords).has(stemOf(keyword))).join(', '),
          ]),
      },
    ],
    notes: [
      keywordsMethod,
      ...(compared.length === 0
        ? ['no record has `other`: put the keywords of YAKE or another method there to have them scored beside']
        : []),
      'a keyword is found where all its words are the same after Porter stemming in small letters; mean over texts',
      ...(records.length > judged.length
        ? [`${records.length - judged.length} records without keywords left out`]
        : []),
    ],
  };
}

function scoreOf(found: readonly string[], keywords: readonly string[]): Score {
  const best = stemmed(found.slice(0, cutoff));
  const gold = stemmed(keywords);
  const right = [...best].filter((keyword) => gold.has(keyword)).length;
  const precision = best.size === 0 ? 0 : right / best.size;
  const recall = right / gold.size;
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

const stemOf = (keyword: string) => stemsOf(keyword).join(' ');
const stemmed = (keywords: readonly string[]) => new Set(keywords.map(stemOf).filter((stem) => stem !== ''));
