import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillCache, isCached, type CacheEntry } from '../../../infra/local/cache.ts';
import { missingJava } from '../../../infra/local/java.ts';
import { copyDependencies, missingMaven } from '../../../infra/local/maven.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { run } from '../../../infra/local/run.ts';
import type { BenchTopics } from './topics.ts';
import { benchTypes } from './topics.ts';

const project = new URL('../kafka-streams/', import.meta.url);
const sources = fileURLToPath(new URL('src/main/java/news/mimir/bench/', project));
const pom = new URL('pom.xml', project);
const mainClass = 'news.mimir.bench.ArticleStage';

/** The Java program, built. */
export interface KafkaStreamsProgram {
  readonly command: 'java';
  readonly args: readonly string[];
}

/** Lines for what it takes to build and run it; empty where all is there. */
export async function missingForKafkaStreams(cacheDir: string, signal: AbortSignal): Promise<readonly string[]> {
  const java = await missingJava(signal);
  if (java.length > 0 || isCached(cacheDir, programEntry())) return java;
  const javac = await run('javac', ['-version'], { signal }).then(
    () => [],
    () => ['the Java compiler is missing: install a JDK (Debian: apt install default-jdk-headless)'],
  );
  return [...javac, ...(isCached(cacheDir, librariesEntry()) ? [] : await missingMaven(signal))];
}

/** Fetches the libraries by Maven and compiles; both once, kept in the cache until their sources change. */
export async function buildKafkaStreams(
  cacheDir: string,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<KafkaStreamsProgram> {
  const libraries = await fillCache(cacheDir, librariesEntry(), options, (into) =>
    copyDependencies(pom.href, into, options.signal),
  );
  const classPath = join(libraries, '*');
  const classes = await fillCache(cacheDir, programEntry(), options, async (into) => {
    await run('javac', ['--release', '17', '-d', into, '-cp', classPath, ...sourceFiles()], {
      signal: options.signal,
    });
  });
  return {
    command: 'java',
    args: ['-Xms512m', '-Xmx512m', '-cp', `${classes}:${classPath}`, mainClass],
  };
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

function sourceFiles(): readonly string[] {
  return readdirSync(sources)
    .filter((name) => name.endsWith('.java'))
    .map((name) => join(sources, name));
}

function librariesEntry(): CacheEntry {
  return {
    name: 'bench-kafka-streams-libraries',
    pin: hashOf([fileURLToPath(pom)]),
    what: 'Kafka Streams from Maven Central',
    aboutBytes: 90_000_000,
  };
}

function programEntry(): CacheEntry {
  return {
    name: 'bench-kafka-streams',
    pin: hashOf([fileURLToPath(pom), ...sourceFiles()]),
    what: 'the Kafka Streams program',
    aboutBytes: 20_000,
  };
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
