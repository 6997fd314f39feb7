/** How a source stands, in one word. */
export const feedStates = ['disabled', 'waiting', 'healthy', 'degraded', 'failing', 'suspect', 'dead'] as const;
type FeedState = (typeof feedStates)[number];

export interface FeedHealth {
  readonly state: FeedState;
  /** The same for people, with the reason. */
  readonly words: string;
  /** ISO 8601; null before the first collection. */
  readonly checked_at: string | null;
  /** ISO 8601; null where it is not collected: disabled or dead. */
  readonly next_attempt_at: string | null;
  readonly http_status: number | null;
  /** One word for programs, for example timeout. */
  readonly error_code: string | null;
}

/** Columns of feeds, written by feed-health and the scheduler, and of content.feed_status, null before the first. */
export interface FeedHealthRow {
  readonly health: string;
  readonly health_reason: string;
  readonly checked_at: Date | null;
  readonly paused: boolean;
  readonly next_attempt_at: Date;
  readonly http_status: number | null;
  readonly error_code: string | null;
}

export function feedHealth(enabled: boolean, row: FeedHealthRow): FeedHealth {
  const state = feedStates.find((one) => one === row.health) ?? 'waiting';
  return {
    state: enabled ? state : 'disabled',
    words: enabled ? row.health_reason : 'Switched off: it is not collected',
    checked_at: row.checked_at?.toISOString() ?? null,
    next_attempt_at: enabled && !row.paused ? row.next_attempt_at.toISOString() : null,
    http_status: row.http_status,
    error_code: row.error_code,
  };
}
