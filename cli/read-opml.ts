import { readFile } from 'node:fs/promises';
import { decodeDocument } from '../domain/decode-bytes.ts';
import type { Config } from '../streams/config.ts';
import { InputError, messageOf } from '../streams/errors.ts';
import { openHttpClient } from '../streams/http/client.ts';
import { createLogger } from '../streams/logger.ts';

const opmlBoundBytes = 5_000_000;

/**
 * @param place file name or http(s) address of an OPML list
 * @throws InputError where it cannot be read; says why
 */
export async function readOpml(place: string, { egress }: Pick<Config, 'egress'>): Promise<string> {
  if (!/^https?:\/\//i.test(place)) {
    return decodeDocument(await readFile(place).catch((error: unknown) => refuse(place, error)), '');
  }
  const http = openHttpClient({ egress, log: createLogger('silent') });
  try {
    const response = await http.get(place, { maxBytes: opmlBoundBytes });
    if (response.status !== 200) throw new Error(`the server answered ${response.status}`);
    return decodeDocument(response.body, response.headers['content-type'] ?? '');
  } catch (error) {
    return refuse(place, error);
  } finally {
    await http.close();
  }
}

function refuse(place: string, error: unknown): never {
  throw new InputError(`the list of feeds at ${place} could not be read: ${messageOf(error)}`);
}
