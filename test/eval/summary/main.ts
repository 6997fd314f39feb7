/**
 * `npm run eval:summary -- FILE`: ROUGE-1, -2 and -L of summaries against references that people wrote, beside the
 * first three sentences, on records of `text`, `reference` and, where there is one, `title`.
 */
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluateSummaries, summaryRecord } from './evaluate.ts';

await runEval({
  name: 'summary',
  input: 'FILE',
  run: (path, _, progress) => evaluateSummaries(recordsOf(path, summaryRecord), progress),
});
