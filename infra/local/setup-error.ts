/** Something on this machine keeps the engines from starting and a person can mend it; the message says how. */
export class SetupError extends Error {
  override name = 'SetupError';
}
