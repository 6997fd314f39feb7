import type { RequestHandler } from 'express';
import { apiVersion } from './envelope.ts';
import { apiError, RequestError } from './faults.ts';

/** A caller may name the version that it was written for: in Accept (`application/json; version=1`) or in API-Version. */
export const refuseOtherVersions: RequestHandler = (request, response, next) => {
  response.set('API-Version', apiVersion);
  refuse(request.get('api-version'), '/headers/api-version');
  for (const range of (request.get('accept') ?? '').split(',')) {
    refuse(/;\s*version\s*=\s*"?([^";\s]*)/i.exec(range)?.[1], '/headers/accept');
  }
  next();
};

function refuse(asked: string | undefined, pointer: string): void {
  if (asked === undefined || asked.trim() === apiVersion) return;
  throw new RequestError(
    apiError(
      400,
      'unsupported_version',
      `version ${asked.slice(0, 20)} is not served: version ${apiVersion} is`,
      pointer,
    ),
  );
}
