import type { Lookout } from '../standing.ts';

interface FailingSource {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly url: string;
  readonly health: string;
  readonly health_reason: string;
  readonly failing_since: Date | null;
}

/** Sources that fail, are suspect or dead, as feed-health judges. */
export const sourceFailing: Lookout = {
  kind: 'source_failing',
  everyMs: 15_000,
  async look({ pool }) {
    const { rows } = await pool.query<FailingSource>(
      `select s.id, s.organization_id, coalesce(s.display_name, s.name) as name, s.url, f.health, f.health_reason,
         f.failing_since
       from sources s join feeds f on f.id = s.feed_id
       where s.enabled and f.health in ('failing', 'suspect', 'dead') order by s.id`,
    );
    return rows.map(({ id, organization_id, name, url, health, health_reason, failing_since }) => ({
      organization_id,
      kind: 'source_failing',
      subject: id,
      title: `${name} is ${health}: ${health_reason}`,
      facts: { source_id: id, url, health, reason: health_reason, failing_since: failing_since?.toISOString() ?? null },
    }));
  },
};
