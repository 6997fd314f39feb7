/** What the command's exit code tells a script. */
export const exitCodes = [
  { code: 0, name: 'done', meaning: 'done' },
  { code: 1, name: 'failed', meaning: 'failed' },
  { code: 2, name: 'usage', meaning: 'wrong arguments or settings' },
  { code: 3, name: 'away', meaning: 'Mimir, or an engine it needs, is not running' },
  { code: 4, name: 'unhealthy', meaning: 'something runs but is not healthy' },
] as const;

export type ExitName = (typeof exitCodes)[number]['name'];

export function exitCodeOf(name: ExitName): number {
  return exitCodes.find((exit) => exit.name === name)?.code ?? 1;
}
