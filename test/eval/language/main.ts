/**
 * `npm run eval:language -- FILE`: accuracy of the language told from texts alone, on records of `text` and `language`
 * (ISO 639-1), with a table of languages, of confidence against truth, and of errors.
 */
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluateLanguages, languageRecord } from './evaluate.ts';

await runEval({
  name: 'language',
  input: 'FILE',
  run: (path, _, progress) => evaluateLanguages(recordsOf(path, languageRecord), progress),
});
