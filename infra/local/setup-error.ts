/** Something on this machine keeps the engines from starting and a person can mend it; the message says how. */
export class SetupError extends Error {
  override name = 'SetupError';
}

/** Something of the first start's that could not be fetched. */
export class FetchError extends SetupError {
  override name = 'FetchError';
  readonly what: string;
  readonly reason: string;

  /** @param reason one line */
  constructor(what: string, reason: string, cacheDir: string, options?: ErrorOptions) {
    super(fetchMessage([{ what, reason }], cacheDir), options);
    this.what = what;
    this.reason = reason;
  }
}

export function fetchMessage(
  failures: readonly { readonly what: string; readonly reason: string }[],
  cacheDir: string,
): string {
  const lines = failures.map(({ what, reason }) => `  ${what}: ${reason}`);
  return `what the first start needs could not be fetched:\n${lines.join('\n')}\nThe network is needed for this once; what is fetched is kept in ${cacheDir}.`;
}
