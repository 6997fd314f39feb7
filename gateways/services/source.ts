import type { Selectable } from 'kysely';
import type { Sources } from '../schema.ts';
import { type FeedHealth, feedHealth, type FeedStatusRow } from './feed-health.ts';

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
  readonly enabled: boolean;
  /** The feed's own title and site, once it was collected. */
  readonly feed_title: string | null;
  readonly site_url: string | null;
  readonly status: FeedHealth;
  /** ISO 8601. */
  readonly created_at: string;
  readonly updated_at: string;
}

export type SourceRow = Selectable<Sources> &
  FeedStatusRow & { readonly feed_title: string | null; readonly site_url: string | null };

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
    enabled: row.enabled,
    feed_title: row.feed_title,
    site_url: row.site_url,
    status: feedHealth(row.enabled, row),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
