import express, { type RequestHandler } from 'express';
import { decodeDocument } from '../../domain/decode-bytes.ts';
import { isDeeperThan, maxNesting } from '../serving/nesting.ts';
import { apiError, RequestError } from './faults.ts';

/** A number and no text such as '1mb': body-parser took a text that it could not read as "no limit" (CVE-2026-12590). */
const maxBodyBytes = 1_000_000;

/** Some ten thousand feeds. */
const maxOpmlBytes = 5_000_000;

export const opmlMediaTypes = ['text/x-opml', 'text/xml', 'application/xml', 'text/plain'] as const;

/** A feed, or what is in one. */
export const feedMediaTypes = [
  'application/feed+json',
  'application/json',
  'application/rss+xml',
  'application/atom+xml',
  'application/rdf+xml',
  'application/xml',
  'text/xml',
] as const;
const feedTexts = feedMediaTypes.filter((type) => type.endsWith('xml'));

const jsonTypes = ['application/json', 'application/vnd.api+json', 'application/feed+json'];

/** Compressed bodies are refused: nothing that is sent here is large. */
export const bodyParsers: RequestHandler[] = [
  express.json({ limit: maxBodyBytes, inflate: false, type: [...jsonTypes] }),
  express.raw({ limit: maxOpmlBytes, inflate: false, type: [...opmlMediaTypes, ...feedTexts] }),
  decodeTexts,
];

/** By what the document itself says as well: many a feed declares its encoding within, and the header says nothing. */
function decodeTexts(...[request, , next]: Parameters<RequestHandler>): void {
  if (Buffer.isBuffer(request.body)) {
    request.body = decodeDocument(request.body, request.headers['content-type'] ?? '');
  }
  next();
}

export const refuseDeepBodies: RequestHandler = (request, _response, next) => {
  if (isDeeperThan(request.body, maxNesting)) {
    throw new RequestError(apiError(400, 'too_deep', `the body nests deeper than ${maxNesting} levels`));
  }
  next();
};
