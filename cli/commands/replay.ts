import type { Command } from 'commander';
import { inStep, silentProgress, streamProgress } from '../../infra/local/progress.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { type ReplayPlan, replayStage } from '../../streams/replay.ts';
import { enginesConfig } from '../engines-config.ts';
import { stageNamed, stages } from '../actors.ts';
import { whileHeld } from '../held-actor.ts';
import { openRuntime } from '../open-runtime.ts';
import { table } from '../table.ts';

interface ReplayOptions {
  readonly from: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function define(command: Command): void {
  command
    .argument('<stage>', stages.map(({ name }) => name).join(', '))
    .requiredOption('--from <time>', 'ISO 8601, for example 2026-01-31T12:00:00Z, or earliest')
    .option('--dry-run', 'tell what would be read again; change nothing')
    .option('--json', 'for programs')
    .action(replay);
}

async function replay(name: string, options: ReplayOptions): Promise<void> {
  const stage = stageNamed(name);
  const from = timeOf(options.from);
  const config = enginesConfig();
  await using runtime = openRuntime(config, createLogger('silent'));
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const plan = await inStep(progress, options.dryRun === true ? `asking about ${name}` : `moving ${name}`, (step) => {
    if (options.dryRun === true) return replayStage(runtime.kafka, stage, { from, dryRun: true });
    step.detail('ending its process');
    return whileHeld(name, config, () => {
      step.detail('setting its offsets');
      return replayStage(runtime.kafka, stage, {
        from,
        movePositions: async (offsets) => stage.movePositions?.(runtime, offsets),
      });
    });
  });
  console.log(options.json === true ? JSON.stringify(plan, offsetsAsText) : draw(plan));
}

/** @throws InputError for what is no time */
function timeOf(text: string): 'earliest' | number {
  if (text === 'earliest') return 'earliest';
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) {
    throw new InputError(`--from ${text} is no time: write earliest, or a time such as 2026-01-31T12:00:00Z`);
  }
  return timeMs;
}

function draw({ stage, dryRun, records, partitions }: ReplayPlan): string {
  const rows = partitions.map(({ topic, partition, now, target, records: count }) => [
    topic,
    partition,
    now === null ? '–' : String(now),
    String(target),
    count,
  ]);
  return [
    table(['TOPIC', 'PARTITION', 'STANDS AT', 'GOES TO', 'RECORDS'], rows),
    '',
    dryRun
      ? `${stage} would read ${records} records again; nothing was changed.`
      : `${stage} reads ${records} records again; \`npx mimir status\` shows how far it is.`,
  ].join('\n');
}

function offsetsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
