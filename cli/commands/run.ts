import type { Command } from 'commander';
import { createLogger } from '../../streams/logger.ts';
import { runProcess } from '../../streams/process.ts';
import { enginesConfig } from '../engines-config.ts';
import { actorNames, actorsNamed } from '../actors.ts';
import { openRuntime } from '../open-runtime.ts';

export function define(command: Command): void {
  command.argument('<name...>', actorNames.join(', ')).action(async (names: readonly string[]) => {
    const actors = actorsNamed(names);
    const config = enginesConfig();
    await using runtime = openRuntime(config, createLogger(config.logLevel, { process: config.processName }));
    process.exitCode = await runProcess({ definitions: actors.stages, services: actors.services, runtime });
  });
}
