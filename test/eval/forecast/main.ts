/**
 * `npm run eval:forecast -- FILE`: forecasts of counts, on records of `name`, `step` (hour or day) and `counts` by time
 * (`1987-03-11T15`), beside the seasonal naive method. `--generate SEED` in place of FILE makes series up.
 */
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluateForecasts } from './evaluate.ts';
import { generated } from './generate.ts';
import { seriesRecord } from './input.ts';

await runEval({
  name: 'forecast',
  input: 'FILE',
  flags: { generate: 'SEED' },
  inPlaceOfInput: 'generate',
  run(path, { generate }, progress) {
    if (generate === undefined) return evaluateForecasts(recordsOf(path, seriesRecord), progress);
    const seed = Number(generate);
    if (!Number.isInteger(seed)) throw new Error(`--generate ${generate} is no whole number`);
    return evaluateForecasts(generated(seed), progress);
  },
});
