import type { Logger } from 'pino';
import type { Compression } from './compression.ts';

export interface KafkaSettings {
  /** The library behind the port. */
  readonly client: 'kafkajs' | 'platformatic';
  readonly brokers: readonly string[];
  /** Shows in the brokers' logs and quotas. */
  readonly clientId: string;
  readonly log: Logger;
  /** Of what is produced. Default zstd; reading takes any. */
  readonly compression?: Compression;
}
