import { Command, InvalidArgumentError, Option } from 'commander';
import type { Source } from '../../gateways/services/source.ts';
import { sourceTypes } from '../../domain/connectors.ts';
import type { SourceType } from '../../gateways/services/source-input.ts';
import { loadConfig } from '../../streams/config.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { addScheduleOptions, scheduleOf, type ScheduleOptions } from '../schedule-options.ts';
import { readOpml } from '../read-opml.ts';
import { openSourceBook } from '../source-book.ts';
import { duration, table } from '../table.ts';
import { testSource } from '../test-source.ts';

export function define(command: Command): void {
  const adding = command
    .command('add')
    .description('Follow a feed.')
    .argument('<url>', 'address of the feed')
    .option('--name <name>', 'a name of its own; the host unless given')
    .option('--description <text>', 'what it is')
    .addOption(typeOption())
    .addOption(configOption())
    .option('--json', 'for programs')
    .action(add);
  addScheduleOptions(adding);
  command
    .command('list')
    .description('All sources, and how their latest collection went.')
    .option('--json', 'for programs')
    .action(list);
  command
    .command('test')
    .description('Fetch a feed once and show what it would yield; nothing is stored.')
    .argument('<url>', 'address of the feed')
    .addOption(typeOption())
    .addOption(configOption())
    .option('--json', 'for programs')
    .action(async (url: string, options: Reading & { json?: true }) => {
      const works = await testSource(url, loadConfig(), { ...options, credentials: null });
      if (!works) process.exitCode = exitCodeOf('failed');
    });
  command
    .command('import')
    .description('Follow every feed of an OPML list that is not followed yet.')
    .argument('<file-or-url>', 'the list')
    .option('--json', 'for programs')
    .action(importList);
}

/** How a source is read. */
interface Reading {
  readonly type: SourceType;
  readonly config: Record<string, unknown>;
}

const typeOption = (): Option =>
  new Option('--type <type>', 'what kind of source it is; feeds are told apart by themselves')
    .choices(sourceTypes)
    .default('rss');

const configOption = (): Option =>
  new Option('--config <json>', 'settings of this kind of source').default({}, 'none').argParser(jsonObject);

function jsonObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It should be a JSON object.');
  }
}

async function add(
  url: string,
  options: Reading & ScheduleOptions & { name?: string; description?: string; json?: true },
): Promise<void> {
  await using book = openSourceBook(enginesConfig(), createLogger('silent'));
  const name = options.name ?? URL.parse(url)?.host ?? url;
  const { type, config, description = null } = options;
  const created = await book.sources.create({ name, url, description, type, config, ...scheduleOf(options) });
  console.log(
    options.json === true
      ? JSON.stringify(created)
      : `${created.name} is followed now; it is collected within seconds. \`npx mimir source list\` shows how that went.`,
  );
}

async function list(options: { json?: true }): Promise<void> {
  await using book = openSourceBook(enginesConfig(), createLogger('silent'));
  const sources: Source[] = [];
  for await (const source of book.all()) sources.push(source);
  if (options.json === true) {
    console.log(JSON.stringify(sources));
  } else if (sources.length === 0) {
    console.log(
      'No sources yet. `npx mimir source add URL` follows a feed, `npx mimir source import FILE` an OPML list.',
    );
  } else {
    console.log(table(['SOURCE', 'STATE', 'CHECKED', 'NEXT', 'ADDRESS', 'DETAIL'], sources.map(row)));
  }
}

async function importList(place: string, options: { json?: true }): Promise<void> {
  const config = enginesConfig();
  await using book = openSourceBook(config, createLogger('silent'));
  const report = await book.sources.importOpml(await readOpml(place, config));
  if (options.json === true) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(
    `${report.created} followed from now on, ${report.existing} followed already, ${report.invalid.length} that cannot be used`,
  );
  for (const { url, reason } of report.invalid) console.log(`  ${url}: ${reason}`);
}

function row(source: Source): readonly string[] {
  const { state, words, checked_at: checkedAt, next_attempt_at: nextAt } = source.status;
  const checked = checkedAt === null ? 'never' : `${duration(Date.now() - Date.parse(checkedAt))} ago`;
  const next = nextAt === null ? 'never' : inTime(Date.parse(nextAt) - Date.now());
  return [source.name, state, checked, next, source.url, words];
}

function inTime(ms: number): string {
  return ms <= 0 ? 'now' : `in ${duration(ms)}`;
}
