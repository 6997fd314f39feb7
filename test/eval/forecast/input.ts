import { z } from 'zod';
import { seriesOf, type Series } from '../../../domain/forecast/series.ts';

/** A series as it lies in a file: times at UTC without minutes, `1987-03-11T15` or, by days, `1987-03-11`. */
export const seriesRecord = z
  .object({
    name: z.string().min(1),
    step: z.enum(['hour', 'day']).default('hour'),
    counts: z.record(z.string(), z.number().min(0)).refine((counts) => Object.keys(counts).length > 0, 'is empty'),
  })
  .transform(({ name, step, counts }, context): NamedSeries => {
    const times = new Map<number, number>();
    for (const [key, count] of Object.entries(counts)) {
      const time = timeOf(step, key);
      if (Number.isNaN(time)) context.addIssue(`${key} is no ${step}`);
      else times.set(time, count);
    }
    return context.issues.length > 0 ? z.NEVER : { name, series: seriesOf(step, times) };
  });

export interface NamedSeries {
  readonly name: string;
  readonly series: Series;
}

const patterns = { hour: /^(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::00)*Z?$/u, day: /^(\d{4}-\d{2}-\d{2})$/u };

function timeOf(step: Series['step'], key: string): number {
  const [, day = '', hour = '00'] = patterns[step].exec(key) ?? [];
  return Date.parse(`${day}T${hour}:00:00Z`);
}
