import type { Command } from 'commander';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { gatherStatus } from '../status/gather.ts';
import { drawStatus } from '../status/draw.ts';

export function define(command: Command): void {
  command.option('--json', 'for programs').action(async (options: { json?: true }) => {
    const status = await gatherStatus(enginesConfig());
    console.log(options.json === true ? JSON.stringify(status) : drawStatus(status));
    if (!status.healthy) process.exitCode = exitCodeOf('unhealthy');
  });
}
