import type { GraphQLError } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import { Busy, Invalid, ServiceFault, Unavailable } from '../services/faults.ts';
import { toGraphName } from './names.ts';

/**
 * What a caller is told of an error: faults in the request and outages in their own words, defects of ours by an id
 * under which the log has them, and nothing else.
 */
export function maskError(log: Logger): (error: unknown) => GraphQLError {
  return (error) => {
    const cause = isGraphQLError(error) ? error.originalError : error;
    // A fault in the query, or our own refusal: no resolver threw.
    if (isGraphQLError(error) && (cause === undefined || cause === null || isGraphQLError(cause))) return error;
    const place = isGraphQLError(error) ? { path: error.path ?? null, nodes: error.nodes ?? null } : {};
    if (cause instanceof ServiceFault) {
      return createGraphQLError(wordsOf(cause), { ...place, extensions: { code: cause.code, ...detailsOf(cause) } });
    }
    const id = v7();
    log.error({ err: cause, errorId: id }, 'a resolver failed');
    return createGraphQLError('something went wrong here; the log holds the details under this id', {
      ...place,
      extensions: { code: 'internal_error', id },
    });
  };
}

/** By name, since a second copy of the graphql package in the process has classes of its own. */
function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError';
}

function wordsOf(fault: ServiceFault): string {
  if (!(fault instanceof Invalid)) return fault.message;
  const words = graphFaults(fault).map(({ field, detail }) => (field === '' ? detail : `${field}: ${detail}`));
  return words.join('; ');
}

function detailsOf(fault: ServiceFault): Readonly<Record<string, unknown>> {
  if (fault instanceof Invalid) return { faults: graphFaults(fault) };
  if (fault instanceof Busy || fault instanceof Unavailable) return { retryAfterSeconds: fault.retryAfterSeconds };
  return {};
}

function graphFaults(fault: Invalid) {
  return fault.faults.map(({ field, ...rest }) => ({ field: toGraphName(field), ...rest }));
}
