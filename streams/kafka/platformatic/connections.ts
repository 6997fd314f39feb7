import { Connection, ResponseError } from '@platformatic/kafka';
import { TransientError } from '../../errors.ts';
import { within } from '../../within.ts';

const connectTimeoutMs = 5_000;
const closeDeadlineMs = 500;
/** Long enough for a group to gather; shorter deadlines are set by whoever asks. */
const requestTimeoutMs = 90_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One of Kafka's requests in one version, as the library gives it. */
export interface Api<Args extends unknown[], Answer> {
  readonly async: (connection: Connection, ...args: Args) => Promise<Answer>;
}

/**
 * Connections by purpose and broker. A broker answers one request of a connection after the other, so what may take
 * long, as waiting for records or for a group to gather, must not stand in front of a heartbeat.
 */
export class Connections {
  readonly #clientId: string;
  readonly #opened = new Map<string, Promise<Connection>>();
  #isClosed = false;

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  /** Opens it where there is none; one that broke is not given again. */
  to({ host, port }: Address, purpose: string): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(new TransientError('kafka: the client is closed'));
    const name = `${purpose} ${host}:${port}`;
    const found = this.#opened.get(name);
    if (found !== undefined) return found;
    const connection = new Connection(this.#clientId, {
      connectTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
    });
    const opened = Promise.resolve(connection.connect(host, port)).then(() => connection);
    const forget = (): void => {
      if (this.#opened.get(name) === opened) this.#opened.delete(name);
    };
    // An error without a listener would end the process; whoever waits for an answer is told by its callback.
    connection.on('error', forget);
    connection.on('close', forget);
    opened.catch(forget);
    this.#opened.set(name, opened);
    return opened;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.all(all.map((opened) => opened.then(end, () => undefined)));
  }
}

/** Ends it at once: whatever waits for an answer is told so. */
export function drop(connection: Connection): void {
  connection.socket.destroy();
}

async function end(connection: Connection): Promise<void> {
  const closed = within(closeDeadlineMs, Promise.resolve(connection.close()), () => new Error('deadline'));
  await closed.catch(() => drop(connection));
}

/**
 * Asks a broker. Faults of single topics or partitions are part of the answer: look at each code.
 *
 * @throws TransientError where the answer does not come in time; the connection is then ended, so that it cannot come late
 */
export async function ask<Args extends unknown[], Answer>(
  connection: Connection,
  deadlineMs: number,
  api: Api<Args, Answer>,
  ...args: NoInfer<Args>
): Promise<Answer> {
  const answer = api.async(connection, ...args).catch((error: unknown) => {
    if (error instanceof ResponseError) return error['response'] as Answer;
    throw error;
  });
  return within(deadlineMs, answer, () => {
    drop(connection);
    return new TransientError(`kafka: no answer from ${connection.host}:${connection.port} within ${deadlineMs} ms`);
  });
}
