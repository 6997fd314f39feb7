import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Credentials, credentialsSchema } from '../domain/credentials.ts';
import { InputError, messageOf } from '../streams/errors.ts';

/**
 * @param place name of a file with JSON, - for the standard input: in an argument, everybody on the machine could read
 *   them
 * @throws InputError that holds nothing of what was read
 */
export async function readCredentials(place: string | undefined): Promise<Credentials | null> {
  if (place === undefined) return null;
  const content = await (place === '-' ? text(process.stdin) : readFile(place, 'utf8')).catch((error: unknown) => {
    throw new InputError(`the credentials in ${place} could not be read: ${messageOf(error)}`);
  });
  const parsed = credentialsSchema.safeParse(jsonOrNull(content));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(': '));
  throw new InputError(`the credentials in ${place} cannot be used: ${faults.join('; ')}`);
}

function jsonOrNull(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
