import type { z } from 'zod';
import { Busy, Invalid, NotFound, Unavailable } from '../services/faults.ts';
import type { ApiError } from './envelope.ts';

/** A request that cannot be answered as it is. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly errors: readonly ApiError[];

  constructor(...errors: readonly ApiError[]) {
    super(errors.map((error) => error.detail).join('; '));
    this.errors = errors;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  422: 'Cannot be processed',
  429: 'Too many at once',
  500: 'Internal error',
  503: 'Temporarily unavailable',
};

export function apiError(status: number, code: string, detail: string, pointer = ''): ApiError {
  return { status, code, title: titles[status] ?? 'Error', detail, pointer };
}

/** The part of the request that a schema was applied to, with the status its faults have. */
const parts = {
  path: { status: 400, prefix: '/path' },
  query: { status: 400, prefix: '/query' },
  body: { status: 422, prefix: '' },
} as const;
export type RequestPart = keyof typeof parts;

/** @throws RequestError that names every fault */
export function parsePart<Schema extends z.ZodType>(
  schema: Schema,
  part: RequestPart,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestError(...parsed.error.issues.flatMap((issue) => errorsOfIssue(issue, part)));
}

function errorsOfIssue(issue: z.core.$ZodIssue, part: RequestPart): readonly ApiError[] {
  const { status, prefix } = parts[part];
  const at = (path: readonly PropertyKey[]): string => prefix + path.map((key) => `/${pointerToken(key)}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      apiError(
        status,
        'unknown_field',
        `there is no ${part === 'query' ? 'parameter' : 'field'} ${key.slice(0, 100)}`,
        at([...issue.path, key]),
      ),
    );
  }
  return [apiError(status, issue.code, issue.message, at(issue.path))];
}

/** RFC 6901. */
function pointerToken(key: PropertyKey): string {
  return String(key).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * What a thrown error is told as.
 *
 * @param part where the service's arguments came from
 * @returns null for errors that are our own defects
 */
export function toApiErrors(error: unknown, part: RequestPart): readonly ApiError[] | null {
  if (error instanceof RequestError) return error.errors;
  if (error instanceof NotFound) return [apiError(404, error.code, error.message, '/path/id')];
  if (error instanceof Invalid) {
    const { status } = parts[part];
    const prefix = part === 'body' ? '/data/attributes' : parts[part].prefix;
    return error.faults.map(({ code, detail, field, position }) => ({
      ...apiError(status, code, detail, field === '' ? '' : `${prefix}/${field.replaceAll('.', '/')}`),
      ...(position === undefined ? {} : { position }),
    }));
  }
  if (error instanceof Busy) return [apiError(429, error.code, error.message)];
  if (error instanceof Unavailable) return [apiError(503, error.code, error.message)];
  return null;
}
