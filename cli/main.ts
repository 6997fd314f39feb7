import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { dlqCommand } from './commands/dlq.ts';
import { replayCommand } from './commands/replay.ts';
import { runCommand } from './commands/run.ts';
import { sourceCommand } from './commands/source.ts';
import { statusCommand } from './commands/status.ts';
import { topologyCommand } from './commands/topology.ts';
import { upCommand } from './commands/up.ts';
import { viewCommand } from './commands/view.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { explain } from './explain.ts';

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

for (const command of [
  upCommand(),
  runCommand(),
  sourceCommand(),
  statusCommand(),
  topologyCommand(),
  dlqCommand(),
  replayCommand(),
  viewCommand(),
])
  program.addCommand(command);

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
