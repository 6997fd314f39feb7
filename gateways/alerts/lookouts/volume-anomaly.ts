import { typedQueries } from '../../postgres.ts';
import type { AlertKind } from '../../services/alerts/alert-input.ts';
import { type Watched, volumeAnomalies } from '../../services/anomalies/volume.ts';
import type { Lookout, Standing } from '../standing.ts';
import { organizationIds } from './organizations.ts';

/** Hours with far more or less of something than foreseen, so rare that chance alone brings about one in four weeks. */
const anomalyLookout = (kind: AlertKind, watched: Watched): Lookout => ({
  kind,
  // Foreseeing hundreds of series takes a second, and hours change slowly.
  everyMs: 300_000,
  async look({ pool, now }) {
    const standings: Standing[] = [];
    for (const organization_id of await organizationIds(pool)) {
      for (const anomaly of await volumeAnomalies(typedQueries(pool), organization_id, watched, now())) {
        const { key, of, value, words, is_alarming, ...facts } = anomaly;
        if (!is_alarming) continue;
        standings.push({
          organization_id,
          kind,
          subject: value === null ? of : `${of}/${value}`,
          window: key,
          title: words,
          facts: { of, value, ...facts },
        });
      }
    }
    return standings;
  },
});

export const volumeAnomaly = anomalyLookout('volume_anomaly', 'articles');

/** Of what people do through the APIs. */
export const activityAnomaly = anomalyLookout('activity_anomaly', 'activity');
