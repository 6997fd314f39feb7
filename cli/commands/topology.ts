import { Command, Option } from 'commander';
import type { StageDefinition } from '../../streams/stage.ts';
import { deadLetterTopic, topics } from '../../streams/topics.ts';
import { stages } from '../actors.ts';
import { asyncApiDocument } from '../asyncapi/document.ts';
import { table } from '../table.ts';

const formats = ['text', 'mermaid', 'json', 'asyncapi'] as const;
type Format = (typeof formats)[number];

export function define(command: Command): void {
  command
    .addOption(new Option('--format <format>', 'how to draw it').choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .action((options: { format: Format; json?: true }) => {
      console.log(drawTopology(stages, options.json === true ? 'json' : options.format));
    });
}

/** The topology as text for people, as a Mermaid flowchart, as JSON for programs, or as an AsyncAPI document for other teams. */
export function drawTopology(definitions: readonly StageDefinition[], format: Format): string {
  return drawings[format](definitions);
}

const drawings: Readonly<Record<Format, (definitions: readonly StageDefinition[]) => string>> = {
  text: drawText,
  mermaid: drawMermaid,
  json: drawJson,
  asyncapi: (definitions) => JSON.stringify(asyncApiDocument(definitions), null, 2),
};

function drawText(definitions: readonly StageDefinition[]): string {
  const stageRows = definitions.map((stage) => [
    stage.name,
    [...stage.inputs, ...(stage.tables ?? [])].join(', '),
    [...stage.outputs, ...(stage.store === undefined ? [] : [`[${stage.store}]`])].join(', '),
    stage.purpose,
  ]);
  const topicRows = Object.entries(topics).map(([name, topic]) => [name, topic.key, retention(topic), topic.holds]);
  return [
    table(['STAGE', 'READS', 'WRITES', 'PURPOSE'], stageRows),
    '',
    table(['TOPIC', 'KEY', 'KEPT', 'HOLDS'], topicRows),
    '',
    `Messages that cannot be processed go to ${deadLetterTopic}: see \`mimir dlq list\`.`,
  ].join('\n');
}

function retention(topic: (typeof topics)[keyof typeof topics]): string {
  return topic.retention.kind === 'compacted' ? 'latest by key' : `${topic.retention.afterMs / 86_400_000} d`;
}

function drawMermaid(definitions: readonly StageDefinition[]): string {
  const lines = definitions.flatMap((stage) => [
    `  ${stage.name}([${stage.name}])`,
    ...stage.inputs.map((topic) => `  t_${topic}[/${topic}/] --> ${stage.name}`),
    ...(stage.tables ?? []).map((topic) => `  t_${topic}[/${topic}/] -.-> ${stage.name}`),
    ...stage.outputs.map((topic) => `  ${stage.name} --> t_${topic}[/${topic}/]`),
    ...(stage.store === undefined ? [] : [`  ${stage.name} --> s_${stage.store}[(${stage.store})]`]),
  ]);
  return ['flowchart LR', ...lines].join('\n');
}

function drawJson(definitions: readonly StageDefinition[]): string {
  const stageList = definitions.map(({ name, purpose, inputs, tables = [], outputs, store }) => ({
    name,
    purpose,
    inputs,
    tables,
    outputs,
    store: store ?? null,
  }));
  return JSON.stringify({ stages: stageList, topics, dead_letters: deadLetterTopic }, null, 2);
}
