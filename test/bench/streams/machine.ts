import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { run } from '../../../infra/local/run.ts';
import project from '../../../package.json' with { type: 'json' };

/** What the figures hold for. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly java: string;
  readonly kafka: string;
  readonly kafkajs: string;
  readonly platformatic: string;
}

export async function describeMachine(signal: AbortSignal): Promise<Machine> {
  const ask = (command: string, ...args: string[]): Promise<string> =>
    run(command, args, { signal }).then(
      (output) => output.trim(),
      () => 'unknown',
    );
  const [commit, changes, java] = await Promise.all([
    ask('git', 'rev-parse', '--short', 'HEAD'),
    ask('git', 'status', '--porcelain', '--', 'streams', 'schemas', 'test/bench', 'package-lock.json'),
    ask('java', '-version'),
  ]);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: changes === '' ? commit : `${commit} with changes that are not committed`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    java: /version "([^"]+)"/u.exec(java)?.[1] ?? 'unknown',
    kafka: versionIn('../kafka-streams/pom.xml', 'kafka-streams'),
    kafkajs: project.dependencies.kafkajs,
    platformatic: project.dependencies['@platformatic/kafka'],
  };
}

function versionIn(pom: string, artifact: string): string {
  const text = readFileSync(new URL(pom, import.meta.url), 'utf8');
  return new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`, 'u').exec(text)?.[1] ?? 'unknown';
}
