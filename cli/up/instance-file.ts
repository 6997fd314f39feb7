import { mkdir, open, rename } from 'node:fs/promises';
import { type Config, type Instance, instanceFile } from '../../streams/config.ts';

/**
 * Tells the other commands of this data folder what runs. They read it at any moment: so it is written beside its place
 * and renamed, and is whole or not there, also after a power cut. It holds passwords and the token: it is its owner's
 * alone.
 */
export async function writeInstance({ dataDir }: Pick<Config, 'dataDir'>, instance: Instance): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = instanceFile(dataDir);
  const beside = `${file}.new`;
  {
    await using handle = await open(beside, 'w', 0o600);
    // It may be there already, of a writer that was killed.
    await handle.chmod(0o600);
    await handle.writeFile(JSON.stringify(instance, null, 2));
    await handle.sync();
  }
  await rename(beside, file);
}
