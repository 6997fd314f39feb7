import { Counter, Histogram, type Registry } from 'prom-client';

/**
 * Counts and times answered requests. Several services of one process share the metrics.
 *
 * @returns to be called once an answer is out; `endpoint` is the route's pattern, never the address that was asked for,
 *   which would make a series of every id
 */
export function httpMetrics(registry: Registry): (method: string, endpoint: string, seconds: number) => void {
  const requests =
    (registry.getSingleMetric('http_requests_total') as Counter<'method' | 'endpoint'> | undefined) ??
    new Counter({
      name: 'http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['method', 'endpoint'],
      registers: [registry],
    });
  const durations =
    (registry.getSingleMetric('http_request_duration_seconds') as Histogram<'method' | 'endpoint'> | undefined) ??
    new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of the answer',
      labelNames: ['method', 'endpoint'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  return (method, endpoint, seconds) => {
    requests.inc({ method, endpoint });
    durations.observe({ method, endpoint }, seconds);
  };
}
