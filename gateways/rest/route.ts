import { createHash } from 'node:crypto';
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { documentOf, errorSchema, metaOf, type Reply } from './envelope.ts';
import type { Services } from '../services/services.ts';
import { parsePart, type RequestPart } from './faults.ts';
import { refuseAnother, sameId } from './same-resource.ts';

type Nothing = z.ZodObject;

/** What a route takes as its body: the attributes of a resource in the envelope, or a text of one of the media types. */
type Body<Attributes extends z.ZodObject> =
  | {
      readonly kind: 'resource';
      readonly type: string;
      /** Of the only one that there is, where the path names none. */
      readonly id?: string;
      readonly attributes: Attributes;
    }
  | { readonly kind: 'text'; readonly mediaTypes: readonly string[]; readonly describes: string }
  /** A text, or whatever JSON holds. */
  | { readonly kind: 'any'; readonly mediaTypes: readonly string[]; readonly describes: string };

export interface RouteDeclaration<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Attributes extends z.ZodObject,
> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: /api/v1/articles/{id}. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  /** A strict object: parameters that it does not name are refused. */
  readonly query?: Query;
  readonly body?: Body<Attributes>;
  readonly reply: {
    readonly describes: string;
    /** Null: no body. */
    readonly document: z.ZodType | null;
    /** Default: application/json. */
    readonly mediaType?: string;
    /** Where it is not what the method says. */
    readonly status?: number;
    /** A further media type in which it is answered where Accept prefers it; `as` tells the handler. */
    readonly alsoAs?: string;
  };
  /** True where too many at once are refused with 429. */
  readonly mayBeBusy?: boolean;
  handle(input: RouteInput<Params, Query, Attributes>, services: Services): Promise<Reply>;
}

interface RouteInput<Params extends z.ZodObject, Query extends z.ZodObject, Attributes extends z.ZodObject> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly attributes: z.output<Attributes>;
  /** The body of a route that takes a text. */
  readonly text: string;
  /** The body of a route that takes any. */
  readonly body: unknown;
  /** The Content-Type header; empty where there is none. */
  readonly contentType: string;
  readonly requestId: string;
  /** The reply's `alsoAs` where the request prefers it; null otherwise. */
  readonly as: string | null;
  /** Path and query as asked for, for links. */
  readonly self: URL;
}

export interface Route {
  readonly operation: RouteConfig;
  mount(router: Router, services: Services): void;
}

/** Statuses of success by method. */
const successStatus = { get: 200, post: 201, patch: 200, delete: 204 } as const;

/** Turns one declaration into the checks of a request, its answer in the envelope, and its place in the OpenAPI document. */
export function route<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Attributes extends z.ZodObject = Nothing,
>(declaration: RouteDeclaration<Params, Query, Attributes>): Route {
  const nothing = z.strictObject({});
  const params = declaration.params ?? nothing;
  const query = declaration.query ?? nothing;
  const body = declaration.body === undefined ? null : bodySchema(declaration.body, declaration.method);
  const status = declaration.reply.status ?? successStatus[declaration.method];
  // What a service finds wrong with its arguments lies in the body where there is one.
  const argumentsPart: RequestPart = body === null ? 'query' : 'body';

  const answer = async (request: Request, response: Response, services: Services): Promise<void> => {
    response.locals['argumentsPart'] = argumentsPart;
    if (declaration.method === 'patch') refuseAnother(declaration.body, request.params, request.body);
    const document = body === null ? undefined : parsePart(body, 'body', request.body);
    const reply = await declaration.handle(
      {
        params: parsePart(params, 'path', request.params) as z.output<Params>,
        query: parsePart(query, 'query', request.query) as z.output<Query>,
        attributes: (declaration.body?.kind === 'resource' ? attributesOf(document) : {}) as z.output<Attributes>,
        text: typeof document === 'string' ? document : '',
        body: declaration.body?.kind === 'any' ? document : undefined,
        contentType: request.get('content-type') ?? '',
        requestId: String(response.locals['requestId']),
        as: preferred(request, response, declaration.reply),
        self: new URL(request.originalUrl, 'http://localhost'),
      },
      services,
    );
    send(response, status, reply);
  };

  return {
    operation: operationOf(declaration, status),
    mount(router, services) {
      const path = declaration.path.replaceAll(/\{(\w+)\}/g, ':$1');
      router[declaration.method](path, (request: Request, response: Response) => {
        response.locals['endpoint'] = declaration.path;
        // What it rejects with goes to the error handler: express 5 waits for promises.
        return answer(request, response, services);
      });
    },
  };
}

/** JSON where both suit, as without an Accept header. */
function preferred(request: Request, response: Response, { alsoAs }: { readonly alsoAs?: string }): string | null {
  if (alsoAs === undefined) return null;
  response.vary('Accept');
  return request.accepts(['application/json', alsoAs]) === alsoAs ? alsoAs : null;
}

function bodySchema(body: Body<z.ZodObject>, method: string): z.ZodType {
  if (body.kind === 'any') {
    const error = `send ${body.describes} with one of these media types: ${body.mediaTypes.join(', ')}`;
    return z
      .unknown()
      .refine((given) => given !== undefined && given !== '' && !isEmptyObject(given), { error })
      .meta({ description: body.describes });
  }
  if (body.kind === 'text') {
    return z.string({ error: `send the text with one of these media types: ${body.mediaTypes.join(', ')}` }).min(1);
  }
  return z.strictObject(
    {
      data: z.strictObject({
        type: z.literal(body.type, { error: `should be "${body.type}"` }),
        ...(method === 'patch' ? { id: sameId } : {}),
        attributes: body.attributes,
        relationships: z.strictObject({}).optional(),
      }),
    },
    { error: 'send a JSON document {"data": {"type", "attributes"}} as application/json' },
  );
}

/** What express gives where no parser knew the media type, or there was no body. */
function isEmptyObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length === 0;
}

function attributesOf(document: unknown): unknown {
  return (document as { readonly data: { readonly attributes: unknown } }).data.attributes;
}

function send(response: Response, status: number, reply: Reply): void {
  if (reply.kind === 'nothing') {
    response.status(status).end();
    return;
  }
  if (reply.kind === 'text') {
    response.status(status).type(reply.mediaType).send(reply.text);
    return;
  }
  const document = documentOf(reply);
  // Weak: the time in meta differs with each answer that is otherwise the same.
  const hash = createHash('sha256').update(JSON.stringify([document, reply.kind === 'collection' ? reply.meta : null]));
  response.set('ETag', `W/"${hash.digest('base64url').slice(0, 27)}"`);
  response.status(status).json({ ...document, meta: metaOf(reply, Date.now()) });
}

function operationOf(
  declaration: Omit<RouteDeclaration<z.ZodObject, z.ZodObject, z.ZodObject>, 'handle'>,
  status: number,
): RouteConfig {
  const { body, reply } = declaration;
  const faults = [
    400,
    ...(declaration.params === undefined ? [] : [404]),
    ...(declaration.method === 'patch' ? [409] : []),
    ...(body === undefined ? [] : [422]),
    ...(declaration.mayBeBusy === true ? [429] : []),
    500,
    503,
  ];
  const schema = body === undefined ? undefined : bodySchema(body, declaration.method);
  const mediaTypes = body === undefined || body.kind === 'resource' ? ['application/json'] : body.mediaTypes;
  return {
    method: declaration.method,
    path: declaration.path,
    operationId: declaration.operationId,
    tags: [declaration.tag],
    summary: declaration.summary,
    ...(declaration.description === undefined ? {} : { description: declaration.description }),
    request: {
      ...(declaration.params === undefined ? {} : { params: declaration.params }),
      ...(declaration.query === undefined ? {} : { query: declaration.query }),
      ...(schema === undefined
        ? {}
        : { body: { required: true, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) } }),
    },
    responses: {
      [status]: {
        description: reply.describes,
        ...(reply.document === null
          ? {}
          : {
              content: {
                [reply.mediaType ?? 'application/json']: { schema: reply.document },
                ...(reply.alsoAs === undefined ? {} : { [reply.alsoAs]: { schema: z.string() } }),
              },
            }),
      },
      ...Object.fromEntries(
        faults.map((fault) => [
          fault,
          { description: faultWords[fault] ?? 'Error', content: { 'application/json': { schema: errorSchema } } },
        ]),
      ),
    },
  };
}

const faultWords: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  404: 'There is no such thing',
  409: 'The body names something else than the address',
  422: 'The request can be read, and its content cannot be used',
  429: 'Too many of this kind are under way; Retry-After says when to ask again',
  500: 'A defect of the service; the log has the error id',
  503: 'Something that the answer needs is away; Retry-After says when to ask again',
};
