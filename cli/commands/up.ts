import type { Command } from 'commander';
import { type UpOptions, up } from '../up/up.ts';

export function define(command: Command): void {
  command
    .option('--no-starter', 'do not load the starter list of public feeds on a first start')
    .option('--import <file-or-url>', 'follow the feeds of an OPML list')
    .option('--fresh', 'begin anew: forget all articles, sources and settings of this data folder')
    .option('--json', 'one JSON object when ready, no progress')
    .action(async (options: UpOptions) => {
      process.exitCode = await up(options);
    });
}
