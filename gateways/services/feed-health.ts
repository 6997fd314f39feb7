/** How a source stands, in one word. */
export const feedStates = ['disabled', 'waiting', 'ok', 'failing'] as const;
type FeedState = (typeof feedStates)[number];

export interface FeedHealth {
  readonly state: FeedState;
  /** The same for people. */
  readonly words: string;
  /** ISO 8601; null before the first collection. */
  readonly checked_at: string | null;
  readonly http_status: number | null;
  /** One word for programs, for example timeout. */
  readonly error_code: string | null;
}

/** The columns of content.feed_status that are read, all null before the first collection. */
export interface FeedStatusRow {
  readonly checked_at: Date | null;
  readonly outcome: string | null;
  readonly http_status: number | null;
  readonly error_code: string | null;
  readonly error_detail: string | null;
  readonly entry_count: number | null;
  readonly new_entry_count: number | null;
}

export function feedHealth(enabled: boolean, row: FeedStatusRow): FeedHealth {
  return {
    ...stateOf(enabled, row),
    checked_at: row.checked_at?.toISOString() ?? null,
    http_status: row.http_status,
    error_code: row.error_code,
  };
}

function stateOf(enabled: boolean, row: FeedStatusRow): Pick<FeedHealth, 'state' | 'words'> {
  if (!enabled) return { state: 'disabled', words: 'Switched off: it is not collected' };
  if (row.checked_at === null) return { state: 'waiting', words: 'Not collected yet' };
  if (row.outcome === 'failed') {
    return { state: 'failing', words: row.error_detail ?? row.error_code ?? 'The latest collection failed' };
  }
  if (row.outcome === 'not_modified') return { state: 'ok', words: 'Nothing new since the collection before' };
  const entries = row.entry_count === 1 ? '1 entry' : `${row.entry_count ?? 0} entries`;
  return { state: 'ok', words: `${entries}, ${row.new_entry_count ?? 0} of them new` };
}
