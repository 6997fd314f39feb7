/**
 * `npm run eval:keywords -- FILE`: the ten best keywords of each text against those that people gave it, on records of
 * `text`, `keywords` and, where there is one, `title`. What another method found goes into `other` (a list, the best
 * first): it is scored the same way, with the interval of the difference. For YAKE: `pip install yake`, and
 * `[k for k, _ in yake.KeywordExtractor(lan='en', n=3, top=10).extract_keywords(text)]`.
 */
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluateKeywords, keywordsRecord } from './evaluate.ts';

await runEval({
  name: 'keywords',
  input: 'FILE',
  run: (path, _, progress) => evaluateKeywords(recordsOf(path, keywordsRecord), progress),
});
