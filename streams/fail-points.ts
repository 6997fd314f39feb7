import { InputError } from './errors.ts';

/**
 * Places between two effects at which a process can be made to kill itself, to prove that nothing is lost or doubled
 * when a real one dies there. `MIMIR_FAIL_AT=[actor:]point[*n]` arms one: the process gets SIGKILL at the n-th passing.
 */
export const failPoints = {
  handled: 'the stage has answered; its outputs are not produced yet',
  produced: 'the outputs are acknowledged; the stage has not been told yet',
  acknowledged: 'the stage has been told; the offset is not committed yet',
  committed: 'the offset is committed; nothing has been told of it',
  'dead-letter-written': 'the dead letter is acknowledged; the offset of its message is not committed yet',
  'retry-written': 'the message is acknowledged in the retry topic; its offset in the input is not committed yet',
  'collect-fetched': 'the page or feed is fetched; nothing of it is produced yet',
  'dedup-decided': 'the decision is in Redis; its outputs are not produced yet',
  'story-decided': 'the decision is in Redis; its outputs are not produced yet',
  'postgres-marked': 'the cached copies are marked as outdated; the transaction has not begun',
  'postgres-written': 'the rows are written; the transaction is not committed',
  'postgres-committed': 'the transaction is committed; cached lists have not ended yet',
  'vectors-written': 'the vector store has the points; cached searches have not ended yet',
  'redis-written': 'Redis has the articles; the handler has not answered yet',
  'outbox-sent': 'the records are acknowledged; they are still in the outbox',
  'scheduler-claimed': 'the due feeds are claimed and in the outbox; the transaction is not committed',
  'report-made': 'the report, its notifications and the next time are written; the transaction is not committed',
  'rebuild-filled': 'the new generation of a view is filled; the old one still serves',
  'rebuild-activated': 'the new generation serves; the old one is not removed yet',
} as const;

export type FailPoint = keyof typeof failPoints;

export interface ArmedFailPoint {
  readonly point: FailPoint;
  /** Only where this actor passes. */
  readonly actor?: string;
  /** At which passing, counted from 1. */
  readonly passing: number;
}

let armed: ArmedFailPoint | undefined;
let passings = 0;

/** Called once when the process starts. */
export function armFailPoint(given: ArmedFailPoint | undefined): void {
  armed = given;
  passings = 0;
}

/** Ends the process at once, without any cleaning up, where this place is armed. */
export function passFailPoint(point: FailPoint, actor?: string): void {
  if (armed === undefined || armed.point !== point) return;
  if (armed.actor !== undefined && armed.actor !== actor) return;
  passings += 1;
  if (passings >= armed.passing) process.kill(process.pid, 'SIGKILL');
}

/** @throws InputError that lists the points there are */
export function parseFailPoint(text: string): ArmedFailPoint {
  const [, actor, point, passing] = /^(?:([\w-]+):)?([\w-]+)(?:\*(\d+))?$/u.exec(text) ?? [];
  if (point === undefined || !Object.hasOwn(failPoints, point)) {
    throw new InputError(
      `MIMIR_FAIL_AT: "${text}" is not [actor:]point[*n] with one of: ${Object.keys(failPoints).join(', ')}`,
    );
  }
  return {
    point: point as FailPoint,
    ...(actor === undefined ? {} : { actor }),
    passing: Math.max(1, Number(passing ?? 1)),
  };
}
