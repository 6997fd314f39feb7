import { z } from 'zod';
import type { Fault } from '../services/faults.ts';

/** Version of the API, as in its addresses and in `meta`. */
export const apiVersion = '1';

export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

/** What a route answers with: one thing, a page of things, or nothing (204). */
export type Reply =
  | { readonly kind: 'resource'; readonly resource: Resource }
  | {
      readonly kind: 'collection';
      readonly resources: readonly Resource[];
      readonly links: Readonly<Record<string, string | null>>;
      /** Said beside version and timestamp. */
      readonly meta?: Readonly<Record<string, unknown>>;
    }
  /** A document of another format than JSON, without the envelope. */
  | { readonly kind: 'text'; readonly mediaType: string; readonly text: string }
  | { readonly kind: 'nothing' };

type EnvelopedReply = Extract<Reply, { kind: 'resource' | 'collection' }>;

export interface ApiError {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Into the request: /data/attributes/name, /query/limit, /path/id, /headers/accept; empty for the request as a whole. */
  readonly pointer: string;
  /** Of what is wrong within a text that was given. */
  readonly position?: Fault['position'];
}

/** The document without its time: what an ETag is taken over. */
export function documentOf(reply: EnvelopedReply): Readonly<Record<string, unknown>> {
  return reply.kind === 'resource' ? { data: reply.resource } : { data: reply.resources, links: reply.links };
}

export function metaOf(reply: EnvelopedReply, nowMs: number): Readonly<Record<string, unknown>> {
  const more = reply.kind === 'collection' ? reply.meta : undefined;
  return { version: apiVersion, timestamp: new Date(nowMs).toISOString(), ...more };
}

export function errorDocument(
  errors: readonly (ApiError & { readonly id: string })[],
  requestId: string,
  nowMs: number,
) {
  return {
    errors: errors.map(({ pointer, status, position, ...error }) => ({
      ...error,
      status: String(status),
      source: { pointer },
      ...(position === undefined ? {} : { meta: { position } }),
    })),
    meta: { request_id: requestId, timestamp: new Date(nowMs).toISOString() },
  };
}

const meta = z
  .strictObject({ version: z.literal(apiVersion), timestamp: z.iso.datetime() })
  .meta({ id: 'Meta', description: 'Version of the API, and the time of the answer' });

export function resourceSchema(
  type: string,
  attributes: z.ZodObject,
  relationships: z.ZodObject = z.strictObject({}),
): z.ZodObject {
  return z.strictObject({ type: z.literal(type), id: z.string(), attributes, relationships });
}

export function documentSchema(resource: z.ZodType): z.ZodObject {
  return z.strictObject({ data: resource, meta });
}

export function collectionSchema(resource: z.ZodType, moreMeta: z.ZodRawShape = {}): z.ZodObject {
  return z.strictObject({
    data: z.array(resource),
    meta: z.strictObject({ ...meta.shape, ...moreMeta }),
    links: z.strictObject({
      self: z.string(),
      next: z.string().nullable().meta({ description: 'The next page; null on the last' }),
    }),
  });
}

export const errorSchema = z
  .strictObject({
    errors: z.array(
      z.strictObject({
        id: z.string().meta({ description: 'Of this one error, as in the log' }),
        status: z.string(),
        code: z.string().meta({ description: 'For programs' }),
        title: z.string(),
        detail: z.string().meta({ description: 'For people: what is wrong, and what would do' }),
        source: z.strictObject({
          pointer: z.string().meta({
            description: 'Where in the request: /data/attributes/name, /query/limit, /path/id, /headers/accept',
          }),
        }),
        meta: z
          .strictObject({
            position: z
              .strictObject({ start: z.int(), end: z.int() })
              .meta({ description: 'In the text given, in UTF-16 units; the end is exclusive' }),
          })
          .optional()
          .meta({ description: 'Where in a query' }),
      }),
    ),
    meta: z.strictObject({ request_id: z.string(), timestamp: z.iso.datetime() }),
  })
  .meta({ id: 'Errors' });
