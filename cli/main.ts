import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { explain } from './explain.ts';

interface CommandModule {
  define(command: Command): void;
}

const commands: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}[] = [
  {
    name: 'up',
    summary: 'Set up and start everything on this machine: engines, stages, views, APIs. What `npm start` runs.',
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'run',
    summary: 'Run stages and gateways in this process, beside those that run already: how they are scaled out.',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'source',
    summary: 'Find, add, list, test, import and export sources.',
    load: () => import('./commands/source.ts'),
  },
  {
    name: 'rule',
    summary: 'Add, list, try, change and apply rules: what is done to the articles that come.',
    load: () => import('./commands/rule.ts'),
  },
  {
    name: 'watch',
    summary: 'Print articles that match a query as they arrive.',
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'search',
    summary: 'Search articles by words, by meaning, or both; or show how a query is read.',
    load: () => import('./commands/search.ts'),
  },
  {
    name: 'report',
    summary: 'The last day or week on one page: stories, what rises, volume with a forecast, sources.',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'trending',
    summary: 'What comes more often now than is usual for it: topics, names, stories.',
    load: () => import('./commands/trending.ts'),
  },
  {
    name: 'metrics',
    summary: 'Compare the counts of articles with the articles.',
    load: () => import('./commands/metrics.ts'),
  },
  {
    name: 'secrets',
    summary: "Keys that sources' credentials are sealed with.",
    load: () => import('./commands/secrets.ts'),
  },
  {
    name: 'status',
    summary: 'What runs, how far behind each stage is, how fresh each view is. Exits with 4 when something is wrong.',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'topology',
    summary: 'Show which stage reads and writes which topic.',
    load: () => import('./commands/topology.ts'),
  },
  {
    name: 'dlq',
    summary: 'The dead letters: messages that could not be processed.',
    load: () => import('./commands/dlq.ts'),
  },
  {
    name: 'replay',
    summary:
      'Let a stage read its inputs again from a time on. Repeats do no harm; a better stage’s results replace the old ones.',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'view',
    summary: 'Work on the materialised views.',
    load: () => import('./commands/view.ts'),
  },
];

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// kafkajs computes negative timeouts on newer Nodes (its issue 1751); they do no harm and tell a person nothing.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') console.error(`${warning.name}: ${warning.message}`);
});

const program = new Command('mimir')
  .description('News and content intelligence on Kafka.')
  .version(version)
  .showSuggestionAfterError()
  .addHelpText('after', `\nExit codes: ${exitCodes.map(({ code, meaning }) => `${code} ${meaning}`).join(', ')}.`)
  .exitOverride();

const asked = process.argv[2] === 'help' ? process.argv[3] : process.argv[2];
// Only the command that was asked for is loaded: the others would cost each call a second.
for (const { name, summary, load } of commands) {
  const command = program.command(name).description(summary).exitOverride();
  if (name === asked) (await load()).define(command);
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has printed its own message (usage, help, version) by now.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodeOf('usage');
  } else {
    const { message, code } = explain(error);
    console.error(process.argv.includes('--json') ? JSON.stringify({ error: message, code }) : `mimir: ${message}`);
    process.exitCode = code;
  }
}
