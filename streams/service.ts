import type { Runtime } from './runtime.ts';

/** A gateway that serves or drives something and is no stage: an API, the scheduler, the outbox relay. */
export interface ServiceDefinition {
  readonly name: string;
  readonly purpose: string;
  open(runtime: Runtime): Promise<Service>;
}

export interface Service {
  /** Where it listens, for people: for example http://127.0.0.1:8000. */
  readonly address?: string;
  health(): Promise<HealthReport>;
  /** Ends within 10 s: what is under way is finished, nothing new is taken up. */
  close(): Promise<void>;
}

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly dependencies: Readonly<
    Record<string, { readonly status: 'healthy' | 'unhealthy'; readonly detail?: string }>
  >;
}
