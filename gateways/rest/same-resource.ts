import { z } from 'zod';
import { apiError, RequestError } from './faults.ts';

/** Of the body of a change; `refuseAnother` holds it against the address. */
export const sameId = z
  .string({ error: 'should be a text' })
  .optional()
  .meta({ description: 'May be left out; otherwise that of what the address names' });

/**
 * A change names what it changes, as JSON:API has it: its type, and its id where the sender wishes. Where these are those
 * of something else, nobody can say which of the two was meant.
 *
 * @param expected `id` of the only one that there is, where the path names none
 * @param params of the path
 * @param body as it was sent
 * @throws RequestError 409
 */
export function refuseAnother(
  expected: { readonly kind: string; readonly type?: string; readonly id?: string } | undefined,
  params: Readonly<Record<string, unknown>>,
  body: unknown,
): void {
  if (expected?.kind !== 'resource') return;
  const { data } = (body ?? {}) as { readonly data?: { readonly id?: unknown; readonly type?: unknown } | null };
  const here = { type: String(expected.type), id: expected.id ?? String(params['id']) };
  const conflicts = (['type', 'id'] as const).flatMap((name) => {
    const given = data?.[name];
    // Texts only: what is none is a fault of the body. Ids are UUIDs, in which case tells nothing.
    if (typeof given !== 'string' || given.toLowerCase() === here[name].toLowerCase()) return [];
    const detail = `what this address names has the ${name} "${here[name].slice(0, 100)}"`;
    return [apiError(409, `${name}_conflict`, detail, `/data/${name}`)];
  });
  if (conflicts.length > 0) throw new RequestError(...conflicts);
}
