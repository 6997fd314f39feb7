import { Counter, Histogram, type Registry } from 'prom-client';

export interface EnricherMetrics {
  readonly duration: Histogram<'enricher'>;
  readonly skipped: Counter<'enricher' | 'reason'>;
}

/** Registered once a process, also where the stage is opened again. */
export function enricherMetrics(registry: Registry): EnricherMetrics {
  const durationName = 'mimir_enricher_duration_seconds';
  const skippedName = 'mimir_enricher_skipped_total';
  return {
    duration:
      (registry.getSingleMetric(durationName) as Histogram<'enricher'> | undefined) ??
      new Histogram({
        name: durationName,
        help: 'Time of an enricher, an article',
        labelNames: ['enricher'],
        buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2, 1, 5],
        registers: [registry],
      }),
    skipped:
      (registry.getSingleMetric(skippedName) as Counter<'enricher' | 'reason'> | undefined) ??
      new Counter({
        name: skippedName,
        help: 'Articles that an enricher did not judge',
        labelNames: ['enricher', 'reason'],
        registers: [registry],
      }),
  };
}
