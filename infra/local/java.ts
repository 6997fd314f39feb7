import { run } from './run.ts';

/** Smallest Java that runs Kafka 4 and the registry. */
const minimumVersion = 17;

/** Lines for what is missing; see Engine.missing. */
export async function missingJava(signal: AbortSignal): Promise<string[]> {
  const install = '(Debian: apt install default-jre-headless)';
  let output: string;
  try {
    output = await run('java', ['-version'], { signal });
  } catch {
    signal.throwIfAborted();
    return [`Java ${minimumVersion} or newer is missing: install it ${install}`];
  }
  const major = majorVersion(output);
  if (major !== undefined && major >= minimumVersion) return [];
  return [`Java ${minimumVersion} or newer is needed, and java here is ${major ?? 'unknown'}: install one ${install}`];
}

/** @param output of `java -version`: 'openjdk version "17.0.15" …', before Java 9 'java version "1.8.0_392"' */
export function majorVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/u.exec(output);
  return match === null ? undefined : Number(match[1]);
}

/** Small and quick to start: these run beside everything else on one machine. */
export function javaOptions(maxHeapMb: number): string[] {
  return [`-Xmx${maxHeapMb}m`, '-Xms64m', '-XX:+UseSerialGC', '-Djava.awt.headless=true'];
}
