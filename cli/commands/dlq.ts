import { Command, InvalidArgumentError } from 'commander';
import { type DeadLetter, findDeadLetter, listDeadLetters, replayDeadLetters } from '../../streams/dead-letter.ts';
import { inStep, silentProgress, streamProgress } from '../../infra/local/progress.ts';
import { headersAsText } from '../../streams/event-headers.ts';
import { InputError } from '../../streams/errors.ts';
import type { Kafka } from '../../streams/kafka/port.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { drawDeadLetter } from '../dead-letter-sheet.ts';
import { openRuntime } from '../open-runtime.ts';
import { duration, table } from '../table.ts';

interface ListOptions {
  readonly stage?: string;
  readonly reason?: string;
  readonly limit: number;
  readonly all?: true;
  readonly json?: true;
}

interface ReplayOptions {
  readonly stage?: string;
  readonly reason?: string;
  readonly allOpen?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function define(command: Command): void {
  command
    .command('list')
    .description('Dead letters that were not replayed yet, oldest first.')
    .option('--stage <name>', 'only those of a stage')
    .option('--reason <reason>', 'only those with this reason')
    .option('--limit <count>', 'the newest so many', positive, 100)
    .option('--all', 'also those that were replayed')
    .option('--json', 'for programs')
    .action((options: ListOptions) => withKafka((kafka) => list(kafka, options)));
  command
    .command('show')
    .description('One dead letter: where it was, what went wrong, and its content.')
    .argument('<id>', 'as `dlq list` shows it')
    .option('--json', 'for programs; bytes in base64')
    .action((id: string, options: { json?: true }) => withKafka((kafka) => show(kafka, id, options)));
  command
    .command('replay')
    .description('Send messages back to where they came from, unchanged.')
    .argument('[id...]', 'as `dlq list` shows them')
    .option('--stage <name>', 'all of a stage')
    .option('--reason <reason>', 'all with this reason')
    .option('--all-open', 'all that were not replayed yet')
    .option('--dry-run', 'tell what would be sent')
    .option('--json', 'for programs')
    .action((ids: readonly string[], options: ReplayOptions) => withKafka((kafka) => replay(kafka, ids, options)));
}

async function list(kafka: Kafka, { json, ...filter }: ListOptions): Promise<void> {
  const letters = await listDeadLetters(kafka, filter);
  if (json === true) console.log(JSON.stringify(letters.map(summary)));
  else if (letters.length === 0) console.log('No dead letters.');
  else {
    const rows = letters.map((letter) => [
      letter.id,
      `${duration(Date.now() - letter.timestampMs)} ago`,
      letter.stage,
      letter.topic,
      letter.key?.toString() ?? '',
      letter.reason,
      (letter.message ?? '').slice(0, 80),
    ]);
    console.log(table(['ID', 'SINCE', 'STAGE', 'TOPIC', 'KEY', 'REASON', 'MESSAGE'], rows));
  }
}

async function show(kafka: Kafka, id: string, options: { readonly json?: true }): Promise<void> {
  const letter = await findDeadLetter(kafka, id);
  if (letter === undefined)
    throw new InputError(`there is no dead letter ${id}; \`npx mimir dlq list --all\` lists them`);
  if (options.json === true) {
    const headers = headersAsText(letter.headers);
    console.log(
      JSON.stringify({ ...summary(letter), headers, value_base64: letter.value?.toString('base64') ?? null }),
    );
    return;
  }
  console.log(drawDeadLetter(letter));
}

async function replay(kafka: Kafka, ids: readonly string[], options: ReplayOptions): Promise<void> {
  const { json, allOpen, dryRun = false, stage, reason } = options;
  if (ids.length === 0 && stage === undefined && reason === undefined && allOpen === undefined) {
    throw new InputError('say which: ids, --stage, --reason, or --all-open for all that were not replayed yet');
  }
  const chosen = ids.length === 0 ? {} : { ids, all: true };
  const progress = json === true ? silentProgress : streamProgress(process.stderr);
  const letters = await inStep(progress, dryRun ? 'reading the dead letters' : 'sending dead letters back', (step) =>
    replayDeadLetters(kafka, {
      ...chosen,
      stage,
      reason,
      dryRun,
      onProgress: (sent, total) => step.detail(`${sent} of ${total}`),
    }),
  );
  if (json === true) console.log(JSON.stringify({ dry_run: dryRun, replayed: letters.map(summary) }));
  else
    console.log(
      `${letters.length} ${dryRun ? 'would be sent back; nothing was changed' : 'sent back to where they came from'}.`,
    );
}

async function withKafka(work: (kafka: Kafka) => Promise<void>): Promise<void> {
  await using runtime = openRuntime(enginesConfig(), createLogger('silent'));
  await work(runtime.kafka);
}

function summary(letter: DeadLetter): object {
  const { id, stage, topic, partition, offset, reason, exception, message, tries, timestampMs, key } = letter;
  const since = new Date(timestampMs).toISOString();
  return {
    id,
    stage,
    topic,
    partition,
    offset: String(offset),
    key: key?.toString() ?? null,
    reason,
    exception,
    message,
    tries,
    since,
  };
}

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count <= 0)
    throw new InvalidArgumentError('It should be a whole number above 0.');
  return count;
}
