import { v7 } from 'uuid';

/** The caller's own id where it is harmless in logs and headers, else a new one. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : v7();
}
