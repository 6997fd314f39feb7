import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

/** How to run Postgres's programs so that they do not see root. */
export interface PostgresUser {
  /** Put before the command. */
  readonly prefix: readonly string[];
  /** The owner that its files must have, where that is not who we are. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** The command line that runs one of Postgres's programs as that user. */
export function runAs(
  { prefix }: PostgresUser,
  program: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  const [command, ...rest] = prefix;
  return command === undefined ? { command: program, args } : { command, args: [...rest, program, ...args] };
}

/**
 * Postgres refuses to run as root. Where we are root, a user namespace shows it another user while its files remain
 * root's: nothing need be given away and it works below /root too. Where namespaces are forbidden (in most
 * containers), it runs as the machine's unprivileged user, who must then be able to enter the folders.
 *
 * @param folders that Postgres must reach
 * @throws SetupError where neither works
 */
export async function postgresUser(folders: readonly string[], signal: AbortSignal): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  // The number must have a name, which initdb looks up.
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account === undefined) throw new SetupError('Postgres refuses to run as root, and there is no user nobody here');
  const prefix = ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'];
  try {
    await run('unshare', [...prefix.slice(1), 'true'], { signal });
    return { prefix };
  } catch {
    signal.throwIfAborted();
  }
  const closed = folders.map(closedParent).find((folder) => folder !== undefined);
  if (closed === undefined) return { prefix: [], owner: account };
  throw new SetupError(
    `Postgres refuses to run as root, and the user ${account.name}, who could run it, may not enter ${closed}: start as an ordinary user, move the project and MIMIR_DATA_DIR elsewhere, or allow it (chmod o+x ${closed})`,
  );
}

function accountNamed(name: string): { readonly name: string; readonly uid: number; readonly gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

function closedParent(folder: string): string | undefined {
  for (let parent = dirname(folder); parent !== dirname(parent); parent = dirname(parent)) {
    accessSync(parent, constants.F_OK);
    if ((statSync(parent).mode & 0o001) === 0) return parent;
  }
  return undefined;
}
