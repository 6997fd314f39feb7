import { InvalidArgumentError } from 'commander';
import type { LiveMatch } from '../gateways/watch/live-watch.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * @param text a span before now, as 90m, 2h or 3d, or a time of ISO 8601
 * @returns milliseconds since 1970
 */
export function sinceTime(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined ? Date.parse(text) : nowMs - Number(count) * (unitsMs[unit ?? ''] ?? 0);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('should be a span as 2h or 3d, or a time of ISO 8601');
  return ms;
}

/** Titles come from the web: what would move the cursor or colour the terminal is left out. */
export const plain = (text: string): string =>
  text
    .replaceAll(/\p{Cc}|\p{Cf}/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

/** A match for people: when it was collected, what it is, and which parts of the query it matches. */
export function drawMatch({ collected_at, title, site_name, url, matched }: LiveMatch): string {
  const at = new Date(collected_at).toLocaleTimeString('en-GB');
  const site = site_name === null ? '' : ` · ${plain(site_name)}`;
  const lines = [`${at}  ${plain(title)}${site}`, `          ${plain(url)}`];
  if (matched.length > 0) lines.push(`          matches ${matched.map(plain).join(', ')}`);
  return lines.join('\n');
}
