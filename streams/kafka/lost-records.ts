import { FatalError } from '../errors.ts';

/** Where a group stands outside of what its topic still holds, nobody but the operator can say where to go on. */
export function lostRecords(groupId: string, which: string): FatalError {
  const stage = groupId.replace(/^mimir\./u, '');
  return new FatalError(
    `records that were not yet processed are gone, or the topic was made anew: ${which}. Choose where to go on, ` +
      `with the stage stopped: mimir replay ${stage} --from earliest, or --from a time`,
  );
}

export function standing(partition: string, range: { low: bigint; high: bigint }, offset: bigint): string {
  return `${partition} holds ${range.low} to ${range.high}, the group stands at ${offset}`;
}
