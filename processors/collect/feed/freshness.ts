import { firstText, type XmlNode } from './xml-node.ts';

const periodSeconds: Readonly<Record<string, number>> = {
  hourly: 3_600,
  daily: 86_400,
  weekly: 7 * 86_400,
  monthly: 30 * 86_400,
  yearly: 365 * 86_400,
};
const maxSeconds = 365 * 86_400;

/** From RSS's ttl (minutes) and from updatePeriod and updateFrequency of RSS 1.0's syndication module: the longer one. */
export function freshSecondsOf(channel: XmlNode): number | null {
  const ttl = Number.parseFloat(firstText(channel, 'ttl') ?? '') * 60;
  const period = firstText(channel, 'sy:updateperiod')?.toLowerCase() ?? '';
  const stated = Number.parseFloat(firstText(channel, 'sy:updatefrequency') ?? '');
  const frequency = stated > 0 ? stated : 1;
  const syndication = Object.hasOwn(periodSeconds, period) ? (periodSeconds[period] ?? 0) / frequency : 0;
  const longest = Math.max(ttl > 0 ? ttl : 0, syndication);
  return longest >= 1 ? Math.min(Math.round(longest), maxSeconds) : null;
}
