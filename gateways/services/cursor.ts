import { createHash } from 'node:crypto';
import { Invalid } from './faults.ts';

/** A position in a list: whatever the list needs to go on from there. */
export type Position = readonly (string | number | null)[];

const digestBytes = 12;

/**
 * Opaque text for a position in the list that `query` describes. It carries a digest over both, so that a changed
 * cursor, or one of another list, is recognised. The digest has no secret: a cursor can only name a place in a list that
 * its holder may read anyway; what a reader may see is decided by the query and never by the cursor.
 */
export function encodeCursor(query: unknown, position: Position): string {
  const payload = Buffer.from(JSON.stringify(position));
  return Buffer.concat([digest(query, payload), payload]).toString('base64url');
}

/** @throws Invalid where the text is not a cursor of this list, letter for letter */
export function decodeCursor(query: unknown, cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const payload = bytes.subarray(digestBytes);
  // The last letter of base64url has spare bits and unknown letters are skipped: only the exact text is taken.
  const isExact = bytes.toString('base64url') === cursor;
  if (!isExact || bytes.length <= digestBytes || !digest(query, payload).equals(bytes.subarray(0, digestBytes))) {
    throw new Invalid({
      field: 'cursor',
      code: 'invalid_cursor',
      detail: 'this is not a cursor of this list: take it from the links of a page with the same filters and sorting',
    });
  }
  return JSON.parse(payload.toString()) as Position;
}

function digest(query: unknown, payload: Buffer): Buffer {
  const hash = createHash('sha256')
    .update(`mimir cursor 1\n${JSON.stringify(query)}\n`)
    .update(payload);
  return hash.digest().subarray(0, digestBytes);
}
