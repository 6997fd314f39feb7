import { type Config, loadConfig, readInstance } from '../streams/config.ts';
import { TransientError } from '../streams/errors.ts';

/**
 * The configuration for a command that talks to engines: of `mimir up` on this data folder, or of the environment. The
 * default addresses alone are no reason to try: another instance may live there.
 *
 * @throws TransientError where neither names an engine
 */
export function enginesConfig(): Config {
  const config = loadConfig();
  if (config.enginesGiven.length === 0 && readInstance(config.dataDir) === undefined) {
    throw new TransientError(`nothing runs on the data folder ${config.dataDir}`);
  }
  return config;
}
