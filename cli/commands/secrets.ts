import type { Command } from 'commander';
import { openSealer } from '../../domain/sealed.ts';
import { openPostgres, typedQueries } from '../../gateways/postgres.ts';
import { rotateSecrets } from '../../gateways/services/rotate-secrets.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { newSecretKey } from '../secret-keys.ts';

export function define(command: Command): void {
  command
    .command('new-key')
    .description('Print a new key for MIMIR_SECRET_KEYS, or for the file secret-keys in the data folder.')
    .action(() => console.log(newSecretKey()));
  command
    .command('rotate')
    .description("Seal all sources' credentials and channels' secrets with the first key of MIMIR_SECRET_KEYS.")
    .option('--json', 'for programs')
    .action(rotate);
}

async function rotate(options: { json?: true }): Promise<void> {
  const config = enginesConfig();
  if (config.secretKeys.length === 0) {
    throw new InputError('there are no keys: set MIMIR_SECRET_KEYS (`npx mimir secrets new-key` makes one)');
  }
  const pool = openPostgres(config.databaseUrl, { log: createLogger('silent'), max: 2 });
  try {
    const rotation = await rotateSecrets(typedQueries(pool), openSealer(config.secretKeys));
    const { resealed, current, unopened } = rotation;
    if (options.json === true) console.log(JSON.stringify(rotation));
    else {
      console.log(
        `${resealed} sealed anew, ${current} sealed with the first key already, ${unopened.length} not opened`,
      );
      for (const { name, reason } of unopened) console.log(`  ${name}: ${reason}`);
    }
    if (unopened.length > 0) process.exitCode = exitCodeOf('failed');
  } finally {
    await pool.end();
  }
}
