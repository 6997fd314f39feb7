import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import { foreignOrigin } from '../serving/browser-guard.ts';
import { requestId } from '../serving/request-id.ts';
import { Busy, Unavailable } from '../services/faults.ts';
import { errorDocument, type ApiError } from './envelope.ts';
import { apiError, RequestError, type RequestPart, toApiErrors } from './faults.ts';
import { bodyParsers, refuseDeepBodies } from './bodies.ts';
import { refuseOtherVersions } from './versions.ts';

export interface AppOptions {
  readonly log: Logger;
  /** Called once an answer is out. */
  observe(method: string, endpoint: string, seconds: number): void;
  /** Adds the routes. */
  mount(router: Router): void;
}

/** Everything around the routes: who may ask, what may be sent, how faults are told, what is counted. */
export function restApp(options: AppOptions): Express {
  const app = express();
  // An ETag of the whole answer would change with its time; routes set their own.
  app.set('etag', false);
  app.use(measure(options));
  app.use(helmet({ contentSecurityPolicy: { directives: csp }, strictTransportSecurity: false }));
  app.use(refuseForeignOrigins, refuseOtherVersions, bodyParsers, refuseDeepBodies);
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-cache').set('Vary', 'Accept, API-Version');
    next();
  });
  options.mount(app);
  app.use(nothingHere);
  app.use(tellFaults(options.log));
  return app;
}

/** Swagger UI draws with inline styles and data: images; it needs nothing of another origin. */
const csp = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  upgradeInsecureRequests: null,
};

function measure(options: AppOptions): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const id = requestId(request.headers['x-request-id']);
    response.locals['requestId'] = id;
    response.set('X-Request-Id', id);
    response.on('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const endpoint = endpointOf(response.locals);
      options.observe(request.method, endpoint, seconds);
      options.log.debug(
        { requestId: id, method: request.method, endpoint, status: response.statusCode, seconds },
        'answered a request',
      );
    });
    next();
  };
}

function endpointOf(locals: Record<string, unknown>): string {
  const endpoint = locals['endpoint'];
  return typeof endpoint === 'string' ? endpoint : 'none';
}

const refuseForeignOrigins: RequestHandler = (request, _response, next) => {
  const reason = foreignOrigin(request.headers);
  if (reason !== null) throw new RequestError(apiError(403, 'foreign_origin', reason, '/headers/host'));
  next();
};

const nothingHere: RequestHandler = (request) => {
  throw new RequestError(
    apiError(
      404,
      'no_such_route',
      `there is no ${request.method} ${request.path.slice(0, 200)}: see /docs for what there is`,
    ),
  );
};

function tellFaults(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const part = (response.locals['argumentsPart'] as RequestPart | undefined) ?? 'query';
    const known = toApiErrors(error, part) ?? faultOfParser(error);
    const faults = known ?? [
      apiError(500, 'internal_error', 'something went wrong here; the log holds the details under this id'),
    ];
    const errors = faults.map((fault) => ({ id: v7(), ...fault }));
    const status = errors[0]?.status ?? 500;
    if (status >= 500) {
      const fields = {
        err: error,
        errorIds: errors.map(({ id }) => id),
        requestId: String(response.locals['requestId']),
      };
      if (known === null) log.error({ ...fields, method: request.method, path: request.path }, 'a request failed');
      else log.warn(fields, 'a request could not be answered for now');
    }
    if (error instanceof Unavailable || error instanceof Busy)
      response.set('Retry-After', String(error.retryAfterSeconds));
    response.status(status).json(errorDocument(errors, String(response.locals['requestId']), Date.now()));
  };
}

/** Errors of Express and its body parsers carry the status they stand for. */
function faultOfParser(error: unknown): readonly ApiError[] | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status < 400 || error.status >= 500) return null;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  return [apiError(400, type.replaceAll('.', '_') || 'bad_request', parserWords[type] ?? 'the request cannot be read')];
}

const parserWords: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'the body is not JSON',
  'entity.too.large': 'the body is too large: JSON may have 1 MB, OPML and feeds 5 MB',
  'encoding.unsupported': 'send the body without Content-Encoding',
  'charset.unsupported': 'send the body as UTF-8',
  'request.aborted': 'the body ended too early',
  'request.size.invalid': 'the body is not as long as Content-Length says',
};
