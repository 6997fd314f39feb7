import type { Selectable } from 'kysely';
import { settingsOfType } from '../../../domain/connectors.ts';
import type { Sources } from '../../schema.ts';
import { type FeedHealth, feedHealth, type FeedHealthRow } from './feed-health.ts';

/** An organisation follows a feed. */
export interface Source {
  readonly id: string;
  readonly feed_id: string;
  readonly name: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly url: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** They themselves are never shown. */
  readonly has_credentials: boolean;
  /** Folders and labels by which the organisation sorts its sources. */
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** Of rest for its site after a request for it; null: what robots.txt and the settings say. */
  readonly delay_seconds: number | null;
  /** At most one of interval_seconds, cron and frequency; none: as often as the feed changes. */
  readonly interval_seconds: number | null;
  readonly cron: string | null;
  readonly time_zone: string | null;
  readonly frequency: string | null;
  /** The feed's own title and site, once it was collected. */
  readonly feed_title: string | null;
  readonly site_url: string | null;
  readonly status: FeedHealth;
  /** ISO 8601. */
  readonly created_at: string;
  readonly updated_at: string;
}

export type SourceRow = Selectable<Sources> &
  FeedHealthRow & { readonly feed_title: string | null; readonly site_url: string | null };

export function sourceOf(row: SourceRow): Source {
  return {
    id: row.id,
    feed_id: row.feed_id,
    name: row.name,
    display_name: row.display_name,
    description: row.description,
    url: row.url,
    type: row.type,
    config: row.config,
    has_credentials: row.credentials !== null,
    tags: row.tags,
    enabled: row.enabled,
    delay_seconds: row.delay_seconds,
    interval_seconds: row.interval_seconds,
    cron: row.cron,
    time_zone: row.time_zone,
    frequency: row.frequency,
    feed_title: row.feed_title,
    site_url: row.site_url,
    status: healthOf(row),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** What is sent to us has no next attempt. */
function healthOf(row: SourceRow): FeedHealth {
  const health = feedHealth(row.enabled, row);
  return settingsOfType(row.type)?.scheduled === false ? { ...health, next_attempt_at: null } : health;
}
