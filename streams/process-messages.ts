/** What a process tells the supervisor that started it, over the IPC channel. */
export type ProcessMessage =
  | {
      readonly kind: 'ready';
      /** Where each service listens, by service name; `operations` is the process's own /metrics and /ready. */
      readonly addresses: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'metrics';
      /** As prom-client's `registry.getMetricsAsJSON()` gives them. */
      readonly metrics: readonly object[];
    };

/** What the supervisor asks of a process. */
export interface ParentMessage {
  readonly kind: 'metrics';
}
