import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { hoursOf } from '../analytics/hours.ts';

/** A source that has been quiet for much longer than its rhythm says, although it is collected. */
export interface Silence {
  /** The same until the source has something again. */
  readonly key: string;
  readonly source_id: string;
  readonly name: string;
  /** Its latest article, ISO 8601 in UTC. */
  readonly quiet_since: string;
  /** Articles that were to be expected since. */
  readonly expected: number;
  /** Of so long a silence by chance. */
  readonly probability: number;
  readonly words: string;
}

const hourMs = 3_600_000;
const historyHours = 28 * 24;

/** The sources of an organisation that are silent now. Those that cannot be collected are left out: they fail, and their health says so. */
export async function silencesOf(
  db: Kysely<Database>,
  organizationId: string,
  nowMs: number,
): Promise<readonly Silence[]> {
  const toMs = Math.floor(nowMs / hourMs) * hourMs;
  const fromMs = toMs - historyHours * hourMs;
  const sources = await collectedSources(db, organizationId, new Date(nowMs));
  const hours = await hoursOf(db, organizationId, {
    of: 'source',
    values: sources.map(({ id }) => id),
    fromMs,
    toMs,
  });
  return sources.flatMap(({ id, name }) => {
    const counts = hours.get(id) ?? [];
    const judged = judgeSilence(counts, sources.length);
    if (judged === null) return [];
    const since = new Date(fromMs + (judged.last + 1) * hourMs).toISOString();
    return [
      {
        key: ['silence', id, since].join('/'),
        source_id: id,
        name,
        quiet_since: since,
        expected: Math.round(judged.expected * 10) / 10,
        probability: judged.probability,
        words: `nothing of ${name} for ${spanOf(counts.length - 1 - judged.last)}, some ${Math.round(judged.expected)} articles expected; its longest silence before was ${spanOf(judged.longest)}`,
      },
    ];
  });
}

const falseInFourWeeks = 1;
/** What has less of a past tells no rhythm. */
const leastArticles = 20;
const leastDays = 3;

/**
 * How a silence at the end of a series of hours is to be taken: it must be longer by half than every one before, and as
 * good as impossible by how much the source had in the same hours of the week.
 *
 * @param sources how many are judged: the more, the surer each must be
 * @returns null where it is not silent, or too little is known
 */
export function judgeSilence(
  counts: readonly number[],
  sources: number,
): { readonly last: number; readonly longest: number; readonly expected: number; readonly probability: number } | null {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const known = counts.slice(first, last + 1);
  const total = known.reduce((sum, count) => sum + count, 0);
  if (total < leastArticles || known.length < leastDays * 24) return null;
  let longest = 0;
  let gap = 0;
  for (const count of known) {
    gap = count > 0 ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  const quiet = counts.length - 1 - last;
  if (quiet <= Math.max(2, 1.5 * longest)) return null;
  const season = known.length >= 8 * 24 * 2 ? 168 : 24;
  let expected = 0;
  for (let at = last + 1; at < counts.length; at += 1) expected += usualAt(counts, at, season, first, last);
  // Articles come in heaps: as a negative binomial distribution with the source's own spread.
  const mean = total / known.length;
  const variance = known.reduce((sum, count) => sum + (count - mean) ** 2, 0) / known.length;
  const size = Math.max(0.5, (mean * mean) / Math.max(variance - mean, 0.02 * mean * mean + 1e-9)) * quiet;
  const probability = (1 + expected / size) ** -size;
  return probability < falseInFourWeeks / (4 * 168 * Math.max(1, sources))
    ? { last, longest, expected, probability }
    : null;
}

/** The mean of the same hours of past seasons, with the hours beside them. */
function usualAt(counts: readonly number[], at: number, season: number, first: number, last: number): number {
  let sum = 0;
  let hours = 0;
  for (let same = at - season; same >= first - 1; same -= season) {
    for (const place of [same - 1, same, same + 1]) {
      if (place < first || place > last) continue;
      sum += counts[place] ?? 0;
      hours += 1;
    }
  }
  return hours === 0 ? 0 : sum / hours;
}

const spanOf = (hours: number): string => (hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`);

/** Switched on, and read well within its usual pace of late. */
async function collectedSources(
  db: Kysely<Database>,
  organizationId: string,
  now: Date,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select s.id, coalesce(nullif(s.display_name, ''), s.name) as name
    from sources s join feeds f on f.id = s.feed_id
    where s.organization_id = ${organizationId} and s.enabled and not f.paused
      and f.health in ('healthy', 'degraded') and f.worked_at > ${now}::timestamptz - interval '1 day'
    order by s.id
  `.execute(db);
  return rows;
}
