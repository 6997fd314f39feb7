import { Command } from 'commander';
import { loadConfig } from '../../streams/config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { gatherStatus } from '../status/gather.ts';
import { drawStatus } from '../status/draw.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description(
      'What runs, how far behind each stage is, how fresh each view is. Exits with 4 when something is wrong.',
    )
    .option('--json', 'for programs')
    .action(async (options: { json?: true }) => {
      const status = await gatherStatus(loadConfig());
      console.log(options.json === true ? JSON.stringify(status) : drawStatus(status));
      if (!status.healthy) process.exitCode = exitCodeOf('unhealthy');
    });
}
