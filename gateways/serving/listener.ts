import { Client } from 'pg';
import type { Logger } from 'pino';

/** Hears NOTIFY of Postgres and keeps its connection alive. */
export interface Listener extends AsyncDisposable {
  /**
   * Resolves when something was told on the channel since the last call, after `ms` at the latest, and at once when
   * aborted.
   */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const reconnectMs = 1_000;

/**
 * A notification that is missed while the connection is away is not made up for: whoever waits here must also look by
 * itself from time to time.
 */
export function openListener(databaseUrl: string, channel: string, log: Logger): Listener {
  let wake = nothing;
  let heard = false;
  let client: Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const hear = (): void => {
    heard = true;
    wake();
  };
  const connect = async (): Promise<void> => {
    const next = new Client({
      connectionString: databaseUrl,
      application_name: 'mimir listener',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client = next;
    let lost = false;
    const onLost = (error?: Error): void => {
      if (lost || closed) return;
      lost = true;
      log.debug({ err: error, channel }, 'the listening connection to Postgres is away');
      void endQuietly(next);
      retry = setTimeout(() => void connect(), reconnectMs);
    };
    next.on('error', onLost);
    next.on('end', () => onLost());
    next.on('notification', hear);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      hear();
    } catch (error) {
      onLost(error instanceof Error ? error : new Error(String(error)));
    }
  };
  void connect();

  return {
    async wait(ms, signal) {
      if (!heard && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.removeEventListener('abort', wake);
      }
      heard = false;
      wake = nothing;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(retry);
      if (client !== null) await endQuietly(client);
    },
  };
}

function nothing(): void {}

async function endQuietly(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}
