import { TransientError } from '../../streams/errors.ts';
import { Unavailable } from './faults.ts';

/** @throws Unavailable while the vector store is away */
export async function askVectors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    throw new Unavailable('the vector store is away', { cause: error });
  }
}
