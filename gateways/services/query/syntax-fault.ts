import { pointAt, QuerySyntaxError } from '../../../domain/query/syntax-error.ts';
import { Invalid } from '../faults.ts';

/**
 * What both APIs say of a query that cannot be read or run: what is wrong, what to write instead, and where, in two
 * lines that belong under each other in letters of one width.
 *
 * @param field the argument that holds the query
 */
export function queryFault(
  field: string,
  text: string,
  { message, span, hint }: Pick<QuerySyntaxError, 'message' | 'span' | 'hint'>,
): Invalid {
  return new Invalid({
    field,
    code: 'invalid_query',
    detail: `${message}, at character ${span.start + 1}: ${hint}\n${pointAt(text, span)}`,
    position: span,
  });
}

/** What the language refuses meanwhile is told in these words. */
export async function pointing<T>(field: string, text: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof QuerySyntaxError ? queryFault(field, text, error) : error;
  }
}
