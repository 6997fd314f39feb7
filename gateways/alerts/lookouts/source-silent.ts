import { typedQueries } from '../../postgres.ts';
import { silencesOf } from '../../services/anomalies/silence.ts';
import type { Lookout, Standing } from '../standing.ts';
import { organizationIds } from './organizations.ts';

/** Sources that are collected and yet quiet for much longer than their rhythm says. */
export const sourceSilent: Lookout = {
  kind: 'source_silent',
  everyMs: 300_000,
  async look({ pool, now }) {
    const standings: Standing[] = [];
    for (const organization_id of await organizationIds(pool)) {
      for (const { key, words, source_id, ...facts } of await silencesOf(typedQueries(pool), organization_id, now())) {
        standings.push({
          organization_id,
          kind: 'source_silent',
          subject: source_id,
          window: key,
          title: words,
          facts: { source_id, ...facts },
        });
      }
    }
    return standings;
  },
};
