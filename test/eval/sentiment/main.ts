/**
 * `npm run eval:sentiment -- FILE`: how the score of a text follows people's, on records of `text` (and `title`, where
 * there is one) and `score` (-4 to 4): Pearson's r, Spearman's rank correlation, and accuracy of the three labels.
 */
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluateSentiment, sentimentRecord } from './evaluate.ts';

await runEval({
  name: 'sentiment',
  input: 'FILE',
  flags: { neutral: 'SCORE' },
  run: (path, { neutral }) => {
    const width = neutral === undefined ? undefined : Number(neutral);
    if (width !== undefined && !(width >= 0)) throw new Error(`--neutral is a score of 0 or more, not "${neutral}"`);
    return evaluateSentiment(recordsOf(path, sentimentRecord), width);
  },
});
