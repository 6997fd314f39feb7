import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hostOf, type HostMessage, type HostSettings } from './host-messages.ts';

/** The feeds of a benchmark. */
export interface Web extends AsyncDisposable {
  readonly urls: readonly string[];
  /** Requests for feeds since it was asked before: the feed's place in `urls`, and when, in milliseconds since 1970. */
  arrivals(): Promise<readonly (readonly [feed: number, atMs: number])[]>;
}

export async function openWeb(settings: HostSettings): Promise<Web> {
  const script = fileURLToPath(new URL('./feed-host.ts', import.meta.url));
  const child = fork(script, ['--settings', JSON.stringify(settings)]);
  const next = async (): Promise<HostMessage> => ((await once(child, 'message')) as [HostMessage])[0];
  const opened = await next();
  const port = opened.kind === 'open' ? opened.port : 0;
  return {
    urls: Array.from(
      { length: settings.feeds },
      (_, feed) => `http://${hostOf(feed, settings.feedsPerHost)}:${port}/feed/${feed}`,
    ),
    async arrivals() {
      const answer = next();
      child.send('arrivals');
      const message = await answer;
      return message.kind === 'arrivals' ? message.arrivals : [];
    },
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
