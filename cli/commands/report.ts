import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { pageOf } from '../../gateways/reports/html/page.ts';
import { textOf } from '../../gateways/reports/text.ts';
import { Invalid } from '../../gateways/services/faults.ts';
import { openServices, type Services } from '../../gateways/services/services.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuntime } from '../open-runtime.ts';

interface ReportOptions {
  readonly daily?: true;
  readonly weekly?: true;
  readonly savedSearch?: string;
  readonly timeZone: string;
  readonly until?: string;
  readonly html?: string;
  readonly json?: true;
}

export function define(command: Command): void {
  command
    .addOption(new Option('--daily', 'on the last whole day').conflicts('weekly'))
    .option('--weekly', 'on the last seven whole days; so it is unless told')
    .option('--saved-search <name>', 'on what a saved search finds; on all that is followed unless given')
    .option('--time-zone <zone>', 'in which days begin at midnight', ownTimeZone())
    .option('--until <time>', 'the days before this time, ISO 8601; before now unless given')
    .option('--html <file>', 'write the page to a file; it needs nothing else and can be sent as a mail')
    .option('--json', 'for programs')
    .addHelpText('after', '\nThe report is stored too: GET /api/v1/reports lists those that were made.')
    .action(report);
}

const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

async function report(options: ReportOptions): Promise<void> {
  const { daily, savedSearch, timeZone, until, html, json } = options;
  const config = enginesConfig();
  await using runtime = openRuntime(config, createLogger('silent', { process: 'report' }));
  const { services, release } = await openServices(runtime);
  try {
    const made = await services.reports.create({
      kind: daily === true ? 'daily' : 'weekly',
      saved_search_id: savedSearch === undefined ? null : await idOf(services, savedSearch),
      time_zone: timeZone,
      ...(until === undefined ? {} : { until: new Date(timeIn(until)).toISOString() }),
    });
    if (html !== undefined) await writeFile(html, pageOf(made.content));
    if (json === true) console.log(JSON.stringify(made));
    else if (html === undefined) console.log(textOf(made.content));
    else console.log(`The report is in ${html}.`);
  } catch (error) {
    if (error instanceof Invalid) throw new InputError(error.faults.map(({ detail }) => detail).join('\n'));
    throw error;
  } finally {
    await release();
  }
}

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InputError(`--until ${text} is no time: write it as 2026-01-31T12:00:00Z`);
  return time;
}

async function idOf({ savedSearches }: Services, name: string): Promise<string> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof savedSearches.list>> = await savedSearches.list(
      cursor === null ? { limit: 100 } : { limit: 100, cursor },
    );
    const found = page.items.find(({ item }) => item.name === name);
    if (found !== undefined) return found.item.id;
    cursor = page.next;
  } while (cursor !== null);
  throw new InputError(`there is no saved search named ${name}`);
}
