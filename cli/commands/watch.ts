import type { Command } from 'commander';
import { pointAt, QuerySyntaxError } from '../../domain/query/syntax-error.ts';
import { parseQuery } from '../../domain/query/parse.ts';
import { type LiveMatch, watchLive } from '../../gateways/watch/live-watch.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuntime } from '../open-runtime.ts';
import { drawMatch, sinceTime } from '../watch-output.ts';

interface WatchOptions {
  readonly since?: number;
  readonly json?: true;
}

export function define(command: Command): void {
  command
    .argument('<query>', 'in the query language, as for `search`; quoted for the shell')
    .option('--since <time>', 'begin with articles collected since: 2h, 3d, or a time of ISO 8601', (text) =>
      sinceTime(text, Date.now()),
    )
    .option('--json', 'for programs: a line of JSON each')
    .addHelpText('after', `\nEnds with Ctrl-C. Example: mimir watch 'comet AND language:en' --since 1d`)
    .action(watch);
}

async function watch(text: string, options: WatchOptions): Promise<void> {
  pointing(text, () => parseQuery(text));
  const ending = new AbortController();
  const end = (): void => ending.abort(new Error('told to end'));
  process.once('SIGINT', end).once('SIGTERM', end);
  // A reader that has seen enough (`| head`) ends the watch, too.
  process.stdout.once('error', end);
  await using runtime = openRuntime(enginesConfig(), createLogger('error', { process: 'watch' }));
  const isJson = options.json === true;
  let trouble = '';
  const matches = watchLive(runtime, text, {
    sinceMs: options.since ?? Date.now(),
    signal: ending.signal,
    onTrouble(reason) {
      if (reason !== trouble) console.error(`mimir: ${reason}; waiting`);
      trouble = reason;
    },
  });
  if (!isJson) console.error(`Watching for ${text} (Ctrl-C ends it)`);
  try {
    for await (const match of matches) {
      print(match, isJson);
      trouble = '';
      if (ending.signal.aborted) break;
    }
  } catch (error) {
    throw error instanceof QuerySyntaxError ? inputError(text, error) : error;
  }
}

function print(match: LiveMatch, isJson: boolean): void {
  console.log(isJson ? JSON.stringify(match) : drawMatch(match));
}

function pointing(text: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    throw error instanceof QuerySyntaxError ? inputError(text, error) : error;
  }
}

const inputError = (text: string, { message, hint, span }: QuerySyntaxError): InputError =>
  new InputError(`${message}: ${hint}\n${pointAt(text, span)}`);
