import type { Command } from 'commander';
import { viewChecksum } from '../../gateways/views/checksum.ts';
import type { RebuildProgress } from '../../gateways/views/rebuild-target.ts';
import { rebuildView } from '../../gateways/views/rebuild.ts';
import { views } from '../../gateways/views/views.ts';
import { inStep, silentProgress, streamProgress } from '../../infra/local/progress.ts';
import { armFailPoint } from '../../streams/fail-points.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuntime } from '../open-runtime.ts';
import { table } from '../table.ts';

export function define(command: Command): void {
  command
    .command('rebuild')
    .description('Build a view anew from the topics, beside the old one, which serves until the new one is complete.')
    .argument('<name>', views.map(({ name }) => name).join(', '))
    .option('--dry-run', 'tell what would be read; change nothing')
    .option('--json', 'for programs')
    .action(rebuild);
  command
    .command('checksum')
    .description('A digest of what a view holds: the same for the same content, whatever its order.')
    .argument('<name>', views.map(({ name }) => name).join(', '))
    .option('--json', 'for programs')
    .action(checksum);
}

async function checksum(name: string, options: { json?: true }): Promise<void> {
  const config = enginesConfig();
  const log = createLogger('warn', { process: 'view checksum' });
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const result = await inStep(progress, `reading ${name}`, (step) =>
    viewChecksum(name, { config, log }, (records) => step.detail(`${records} records`)),
  );
  console.log(
    options.json === true ? JSON.stringify(result) : `${result.checksum} ${result.view}, ${result.records} records`,
  );
}

async function rebuild(name: string, options: { dryRun?: true; json?: true }): Promise<void> {
  const config = enginesConfig();
  armFailPoint(config.failAt);
  await using runtime = openRuntime(config, createLogger('warn', { process: 'view rebuild' }));
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const report = await inStep(progress, `rebuilding ${name}`, (step) =>
    rebuildView(name, runtime, {
      dryRun: options.dryRun === true,
      onProgress: (at) => step.detail(drawProgress(at)),
    }),
  );
  if (options.json === true) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(
    table(
      ['TOPIC', 'RECORDS'],
      report.topics.map(({ topic, records }) => [topic, records]),
    ),
  );
  console.log(
    report.dryRun
      ? `${report.view} would be built anew from these; nothing was changed.`
      : `${report.view} was built anew from ${report.read} records${report.skipped === 0 ? '' : `; ${report.skipped} could not be read and were left out`}.`,
  );
}

function drawProgress({ phase, topic, read, total }: RebuildProgress): string {
  if (topic === null) return 'waiting for what the live view has under way';
  return `${phase === 'filling' ? topic : `what came to ${topic} meanwhile`}, ${read} of ${total} records`;
}
