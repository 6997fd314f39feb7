import { isTransientPostgresError } from '../postgres.ts';
import { type Invalid, Unavailable } from './faults.ts';

/** @throws Unavailable while Postgres is away */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isTransientPostgresError(error) ? new Unavailable('the database is away', { cause: error }) : error;
  }
}

/**
 * @param onTaken what is thrown where another row has the unique value
 * @throws Unavailable while Postgres is away
 */
export async function writing<T>(onTaken: Invalid, work: () => Promise<T>): Promise<T> {
  try {
    return await reading(work);
  } catch (error) {
    throw isUniqueViolation(error) ? onTaken : error;
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}
