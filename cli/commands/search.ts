import { type Command, InvalidArgumentError, Option } from 'commander';
import { type SearchMode, searchModes } from '../../gateways/services/articles/query.ts';
import { Invalid, Unavailable } from '../../gateways/services/faults.ts';
import { modelLoading } from '../../gateways/services/search/query-embedder.ts';
import type { SearchPage } from '../../gateways/services/search/search.ts';
import { openServices } from '../../gateways/services/services.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuntime } from '../open-runtime.ts';
import { drawExplanation, drawHits } from '../search-output.ts';

interface SearchOptions {
  readonly mode: SearchMode;
  readonly limit: number;
  readonly explain?: true;
  readonly json?: true;
}

export function define(command: Command): void {
  command
    .argument('<query>', 'in the query language; quoted for the shell')
    .addOption(new Option('--mode <mode>', 'by words, by meaning, or both').choices(searchModes).default('hybrid'))
    .option('--limit <count>', 'articles at most, 1 to 100', wholeNumber, 10)
    .option('--explain', 'show how the query is read; nothing is searched')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `\nThe language: docs/query-language.md. Example: mimir search '"sea level" -title:sport published:>-7d'`,
    )
    .action(search);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) {
    throw new InvalidArgumentError('It should be a whole number from 1 to 100.');
  }
  return number;
}

async function search(q: string, { mode, limit, explain, json }: SearchOptions): Promise<void> {
  const config = enginesConfig();
  await using runtime = openRuntime(config, createLogger('silent', { process: 'search' }));
  const { services, release } = await openServices(runtime);
  try {
    if (explain === true) {
      const explanation = await services.explainQuery(q);
      console.log(json === true ? JSON.stringify(explanation) : drawExplanation(explanation));
      return;
    }
    const page = await onceLoaded(() => services.search({ q, mode, limit }));
    console.log(
      json === true ? JSON.stringify({ ...page, items: page.items.map(({ item }) => item) }) : drawHits(page),
    );
  } catch (error) {
    // The argument has no name here.
    if (error instanceof Invalid) throw new InputError(error.faults.map(({ detail }) => detail).join('\n'));
    throw error;
  } finally {
    await release();
  }
}

/** Each try waits for the model for some seconds itself. */
const mostTries = 6;

/** Asks again while the model is being loaded: this process has just begun to. */
async function onceLoaded(find: () => Promise<SearchPage>, triesLeft = mostTries): Promise<SearchPage> {
  try {
    const page = await find();
    if (triesLeft === 0 || page.degraded?.endsWith(modelLoading) !== true) return page;
  } catch (error) {
    if (triesLeft === 0 || !(error instanceof Unavailable) || error.message !== modelLoading) throw error;
  }
  return onceLoaded(find, triesLeft - 1);
}
