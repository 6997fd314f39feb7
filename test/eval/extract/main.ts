/**
 * `npm run eval:extract -- DIR`: scores the extraction of articles on pages with known texts, in the layout of
 * Scrapinghub's article-extraction-benchmark (html/ID.html.gz, ground-truth.json).
 *
 * The score is that benchmark's: runs of four words, precision and recall a page, their means over all pages, and F1 of
 * the means; beside it the same of single words. Each F1 has an interval of 95 % confidence by bootstrap over pages. A
 * page that is missing or cannot be read counts as 0 and is named.
 *
 * Flags: `--compare` (also plain Readability on linkedom, page by page in turn), `--json` (the results for programs in
 * place of the report), `--only TEXT` (pages whose id has it in it).
 */
import { parseArgs } from 'node:util';
import { readFlags } from '../../flags.ts';
import { evaluate } from './evaluate.ts';
import { mimir, plainReadability } from './extractors.ts';
import { evalPages } from './pages.ts';
import { reportOf } from './report.ts';

const { values, directory } = readFlags('Usage: npm run eval:extract -- DIR [--compare] [--json] [--only TEXT]', () => {
  const given = parseArgs({
    allowPositionals: true,
    options: {
      compare: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const [path, ...others] = given.positionals;
  if (path === undefined || others.length > 0) throw new Error('give one directory of pages');
  return { values: given.values, directory: path };
});
try {
  run(directory);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function run(path: string): void {
  const pages = evalPages(path).filter(({ id }) => id.includes(values.only));
  if (pages.length === 0) throw new Error(`no page of ${path} has ${JSON.stringify(values.only)} in its id`);
  const extractors = { mimir, ...(values.compare ? { readability: plainReadability } : {}) };
  // The first pages pay for the compiler: a few are read beforehand.
  evaluate(pages.slice(0, 5), extractors, () => {});
  const evaluations = evaluate(pages, extractors, (done) => {
    if (done % 10 === 0 || done === pages.length) process.stderr.write(`${done} of ${pages.length} pages\n`);
  });
  console.log(
    values.json ? JSON.stringify({ directory: path, evaluations }, undefined, 2) : reportOf(path, evaluations),
  );
}
