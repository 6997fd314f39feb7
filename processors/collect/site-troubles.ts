import type { Remembered } from './site-turns.ts';

interface Trouble {
  readonly is: Remembered;
  /** Of the latest requests, from which on it is worth a word. */
  readonly share: number;
  readonly atLeast: number;
  readonly words: (requests: string) => string;
}

const troubles: readonly Trouble[] = [
  { is: '429', share: 0.1, atLeast: 1, words: (requests) => `refused ${requests} as too many (429)` },
  { is: '503', share: 0.1, atLeast: 1, words: (requests) => `refused ${requests} for being overloaded (503)` },
  { is: 'silent', share: 0.1, atLeast: 1, words: (requests) => `left ${requests} without an answer` },
  { is: 'slow', share: 0.5, atLeast: 3, words: (requests) => `took longer than 2 s for ${requests}` },
];

/**
 * @param latest requests to the host
 * @returns sentences for people, none where nothing is amiss
 */
export function troublesOf(host: string, latest: readonly Remembered[]): readonly string[] {
  return troubles.flatMap(({ is, share, atLeast, words }) => {
    const count = latest.filter((one) => one === is).length;
    if (count < Math.max(atLeast, latest.length * share)) return [];
    return [`${host} ${words(`${count} of our latest ${latest.length} requests`)}`];
  });
}
