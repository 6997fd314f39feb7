import type { Config } from '../streams/config.ts';
import { readInstance } from '../streams/config.ts';

const holdBoundMs = 15_000;

/**
 * Ends the process of `mimir up` that runs an actor for as long as the work takes, and starts it again. Without a
 * running `mimir up` the work is simply done.
 */
export async function whileHeld<T>(actor: string, config: Config, work: () => Promise<T>): Promise<T> {
  const instance = readInstance(config.dataDir);
  if (instance === undefined) return work();
  const order = async (name: 'hold' | 'release'): Promise<void> => {
    const response = await fetch(`${instance.operations}/${name}/${actor}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${instance.token}` },
      signal: AbortSignal.timeout(holdBoundMs),
    });
    if (!response.ok) throw new Error(`mimir up refused to ${name} ${actor}: ${await response.text()}`);
  };
  await order('hold');
  try {
    return await work();
  } finally {
    await order('release');
  }
}
