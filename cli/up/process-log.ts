import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export interface ProcessLog {
  write(chunk: Buffer): void;
  close(): void;
}

const rotateAtBytes = 10_000_000;

/**
 * Appends to a log file, and begins a new one at 10 MB, with the full one beside it as `<file>.1`. A log that cannot be
 * written, for example on a full disk, loses lines and ends nothing.
 */
export function openProcessLog(file: string, maxBytes = rotateAtBytes): ProcessLog {
  let open: { readonly fd: number; bytes: number } | undefined;

  const opened = (): { readonly fd: number; bytes: number } => {
    if (open !== undefined && open.bytes >= maxBytes) {
      close();
      renameSync(file, `${file}.1`);
    }
    if (open === undefined) {
      const fd = openSync(file, 'a', 0o600);
      open = { fd, bytes: fstatSync(fd).size };
    }
    return open;
  };
  const close = (): void => {
    if (open !== undefined) closeSync(open.fd);
    open = undefined;
  };

  return {
    write(chunk) {
      try {
        const log = opened();
        log.bytes += writeSync(log.fd, chunk);
      } catch {
        // Whoever writes the line goes on; so do we.
      }
    },
    close,
  };
}
