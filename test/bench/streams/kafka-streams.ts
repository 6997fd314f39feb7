import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../../infra/local/progress.ts';
import { buildJava, type JavaProject, missingForJava } from '../java-program.ts';
import type { BenchTopics } from './topics.ts';
import { benchTypes } from './topics.ts';

const project: JavaProject = {
  name: 'kafka-streams',
  sources: 'src/main/java/news/mimir/bench',
  what: 'Kafka Streams',
  aboutBytes: 90_000_000,
};
const mainClass = 'news.mimir.bench.ArticleStage';

/** The Java program, built. */
export interface KafkaStreamsProgram {
  readonly command: 'java';
  readonly args: readonly string[];
}

/** Lines for what it takes to build and run it; empty where all is there. */
export function missingForKafkaStreams(cacheDir: string, signal: AbortSignal): Promise<readonly string[]> {
  return missingForJava(cacheDir, project, signal);
}

/** Fetches the libraries by Maven and compiles; both once, kept in the cache until their sources change. */
export async function buildKafkaStreams(
  cacheDir: string,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<KafkaStreamsProgram> {
  const classPath = await buildJava(cacheDir, project, options);
  return { command: 'java', args: ['-Xms512m', '-Xmx512m', '-cp', classPath, mainClass] };
}

/** Writes the two schemas for the program to read. @returns its flags for them */
export function schemaFlags(dir: string, topics: BenchTopics, outputSchemaId: number): readonly string[] {
  mkdirSync(dir, { recursive: true });
  const types = benchTypes(topics);
  const write = (name: string, topic: string): string => {
    const file = join(dir, `${name}.avsc`);
    writeFileSync(file, JSON.stringify(types.get(topic)?.schema));
    return file;
  };
  return [
    '--input-schema',
    write('input', topics.input),
    '--output-schema',
    write('output', topics.output),
    '--output-schema-id',
    String(outputSchemaId),
  ];
}
