import type { ParseArgsConfig } from 'node:util';

/**
 * What a command was asked for on its command line. Where that is help, or cannot be taken, it tells the usage and ends the
 * process, with 0 or 2.
 *
 * @param read throws an Error that says which flag is wrong and what it takes
 */
export function readFlags<T>(usage: string, read: () => T): T {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return end(usage, 0);
  try {
    return read();
  } catch (error) {
    return end(`${(error as Error).message}\n${usage}`, 2);
  }
}

function end(words: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  process.exit(code);
}

/** @param options each is shown with its default, or that it takes a value */
export function usageOf(command: string, options: NonNullable<ParseArgsConfig['options']>): string {
  const flags = Object.entries(options).map(([name, { type, default: value }]) =>
    type === 'boolean' ? `[--${name}]` : `[--${name} ${String(value ?? name.toUpperCase())}]`,
  );
  return `Usage: npm run ${command} -- ${flags.join(' ')}`;
}
