import { Command, InvalidArgumentError, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import { sourceTypes } from '../../domain/connectors.ts';
import type { Source } from '../../gateways/services/sources/source.ts';
import { loadConfig } from '../../streams/config.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { addSource } from '../add-source.ts';
import { discoverSource, drawDiscovery } from '../discover-source.ts';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { readCredentials } from '../read-credentials.ts';
import { addScheduleOptions } from '../schedule-options.ts';
import { readOpml } from '../read-opml.ts';
import { openSourceBook } from '../source-book.ts';
import { duration, table } from '../table.ts';
import { testSource } from '../test-source.ts';

export function define(command: Command): void {
  const adding = command
    .command('add')
    .description("Follow a feed, or the best feed of a site's page.")
    .argument('<url>', 'address of the feed, or of a page of its site')
    .option('--exact', 'follow just this address; a page is then not searched for feeds')
    .option('--name <name>', 'a name of its own; the host unless given')
    .option('--description <text>', 'what it is')
    .option('--tag <tag...>', 'folders or labels, for example News/Europe')
    .option('--delay <seconds>', 'of rest for its site after each request for it, 1 to 30', Number)
    .addOption(typeOption())
    .addOption(configOption())
    .addOption(credentialsOption())
    .option('--json', 'for programs')
    .action(addSource);
  addScheduleOptions(adding);
  command
    .command('list')
    .description('All sources, and how their latest collection went.')
    .option('--json', 'for programs')
    .action(list);
  command
    .command('collect')
    .description('Collect a source now, ahead of what is due; revives one that is dead.')
    .argument('<name>', 'as `source list` shows it')
    .action(collectNow);
  command
    .command('discover')
    .description('Find out how a site can be followed; nothing is stored.')
    .argument('<url>', 'address of a page')
    .option('--json', 'for programs')
    .action(discover);
  command
    .command('test')
    .description('Collect a source once and show what it would yield; nothing is stored.')
    .argument('<url>', 'address of the feed')
    .addOption(typeOption())
    .addOption(configOption())
    .addOption(credentialsOption())
    .option('--json', 'for programs')
    .action(test);
  command
    .command('import')
    .description('Follow every feed of an OPML list that is not followed yet.')
    .argument('<file-or-url>', 'the list')
    .option('--dry-run', 'tell what would become of each entry; change nothing')
    .option('--json', 'for programs')
    .action(importList);
  command
    .command('export')
    .description('All sources as an OPML list, in folders by their tags; without credentials.')
    .argument('[file]', 'where to; the standard output unless given')
    .action(exportList);
}

const typeOption = (): Option =>
  new Option('--type <type>', 'what kind of source it is; feeds are told apart by themselves').choices(sourceTypes);

const configOption = (): Option =>
  new Option('--config <json>', 'settings of this kind of source, see docs/sources.md').argParser(jsonObject);

const credentialsOption = (): Option =>
  new Option('--credentials <file>', 'JSON with what opens the source, see docs/sources.md; - for the standard input');

function jsonObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It should be a JSON object.');
  }
}

async function test(
  url: string,
  options: { type?: string; config?: Record<string, unknown>; credentials?: string; json?: true },
): Promise<void> {
  const { type = 'rss', config = {}, json } = options;
  const credentials = await readCredentials(options.credentials);
  const works = await testSource(url, loadConfig(), { type, config, credentials, ...(json === true ? { json } : {}) });
  if (!works) process.exitCode = exitCodeOf('failed');
}

async function discover(url: string, options: { json?: true }): Promise<void> {
  const discovery = await discoverSource(url, loadConfig());
  console.log(options.json === true ? JSON.stringify(discovery) : drawDiscovery(discovery));
  if (discovery.candidates.length === 0) process.exitCode = exitCodeOf('failed');
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

async function collectNow(name: string): Promise<void> {
  await using book = openSourceBook(enginesConfig(), createLogger('silent'));
  for await (const source of book.all()) {
    if (source.name !== name) continue;
    await book.sources.collectNow(source.id);
    console.log(`${name} is collected now; \`npx mimir source list\` shows how that went.`);
    return;
  }
  throw new InputError(`there is no source named ${name}; \`npx mimir source list\` shows all`);
}

async function importList(place: string, options: { dryRun?: true; json?: true }): Promise<void> {
  const config = enginesConfig();
  await using book = openSourceBook(config, createLogger('silent'));
  const dryRun = options.dryRun === true;
  const report = await book.sources.importOpml(await readOpml(place, config), { dryRun });
  if (options.json === true) {
    console.log(JSON.stringify({ dry_run: dryRun, ...report }));
    return;
  }
  const { created, existing, duplicate, invalid, entries } = report;
  if (dryRun) {
    const rows = entries.map(({ outcome, name, tags, url, reason }) => [
      outcome,
      name ?? '',
      tags.join(', '),
      url,
      reason ?? '',
    ]);
    console.log(table(['OUTCOME', 'NAME', 'TAGS', 'ADDRESS', 'REASON'], rows));
    console.log('');
  }
  console.log(
    `${created} ${dryRun ? 'would be followed' : 'followed from now on'}, ${existing} followed already, ${duplicate} listed twice, ${invalid.length} that cannot be used`,
  );
  if (dryRun) console.log('Nothing was changed.');
  else for (const { url, reason } of invalid) console.log(`  ${url}: ${reason}`);
}

async function exportList(file: string | undefined): Promise<void> {
  await using book = openSourceBook(enginesConfig(), createLogger('silent'));
  const opml = await book.sources.exportOpml();
  if (file === undefined) console.log(opml);
  else await writeFile(file, opml);
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
