import { z } from 'zod';
import { detectLanguage, languageMethod } from '../../../processors/enrich/language.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import { spearman } from '../similarity/correlation.ts';
import type { Outcome, Table } from '../frame/report.ts';

export const languageRecord = z.object({ text: z.string(), language: z.string() });
type LanguageRecord = z.infer<typeof languageRecord>;

interface Judged extends LanguageRecord {
  readonly found: string;
  readonly confidence: number;
}

const maxErrors = 40;
const isRight = ({ language, found }: Judged) => language === found;
const accuracyOf = (judged: readonly Judged[]) => judged.filter(isRight).length / judged.length;

/** Judges each text alone, without what a publisher would declare. */
export async function evaluateLanguages(records: readonly LanguageRecord[], progress: Progress): Promise<Outcome> {
  const judged: Judged[] = [];
  for (const { text, language } of records) {
    const found = await detectLanguage({ title: '', text, language_hint: null });
    judged.push({
      text,
      language: oneCode(language),
      found: found.language ?? 'none',
      confidence: found.language_confidence,
    });
    progress(judged.length, records.length);
  }
  const byLanguage = [...Map.groupBy(judged, ({ language }) => language)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const byConfidence = [...Map.groupBy(judged, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)))];
  const mean = byLanguage.reduce((sum, [, own]) => sum + accuracyOf(own), 0) / byLanguage.length;
  return {
    records: judged.length,
    figures: [
      { name: 'accuracy', value: accuracyOf(judged), interval: bootstrap(judged, accuracyOf) },
      { name: 'mean accuracy of the languages', value: mean, interval: null },
      {
        name: 'rank correlation of confidence and being right',
        value: spearman(
          judged.map(({ confidence }) => confidence),
          judged.map((one) => Number(isRight(one))),
        ),
        interval: null,
      },
    ],
    tables: [
      {
        title: 'languages',
        heads: ['language', 'texts', 'accuracy', 'precision', 'taken for'],
        rows: byLanguage.map(([language, own]) => [
          language,
          own.length,
          accuracyOf(own),
          precisionOf(judged, language),
          confusedWith(own),
        ]),
      },
      {
        title: 'how far confidence is to be believed',
        heads: ['confidence from', 'texts', 'mean confidence', 'accuracy'],
        rows: byConfidence
          .toSorted(([a], [b]) => a - b)
          .map(([tenth, own]) => [
            (tenth / 10).toFixed(1),
            own.length,
            own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
            accuracyOf(own),
          ]),
      },
      errorsOf(judged),
    ],
    notes: [
      languageMethod,
      'no, nb and nn are one language, as are tl and fil; texts are judged without a declaration',
    ],
  };
}

/** One code for languages that have several in use; regions and scripts say nothing here. */
function oneCode(code: string): string {
  const [language = ''] = code.toLowerCase().split(/[-_]/u);
  return { nb: 'no', nn: 'no', fil: 'tl', iw: 'he', in: 'id' }[language] ?? language;
}

function precisionOf(judged: readonly Judged[], language: string): number {
  const answers = judged.filter(({ found }) => found === language);
  return answers.length === 0 ? 0 : accuracyOf(answers);
}

function confusedWith(judged: readonly Judged[]): string {
  return [
    ...Map.groupBy(
      judged.filter((one) => !isRight(one)),
      ({ found }) => found,
    ),
  ]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([found, own]) => `${found} ${own.length}`)
    .join(', ');
}

/** The surest first: those are the ones that would be believed. */
function errorsOf(judged: readonly Judged[]): Table {
  const wrong = judged.filter((one) => !isRight(one)).toSorted((a, b) => b.confidence - a.confidence);
  return {
    title: `errors, the surest first (${Math.min(wrong.length, maxErrors)} of ${wrong.length})`,
    heads: ['language', 'found', 'confidence', 'text'],
    rows: wrong
      .slice(0, maxErrors)
      .map(({ language, found, confidence, text }) => [language, found, confidence.toFixed(2), text]),
  };
}
