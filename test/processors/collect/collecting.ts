import { pino } from 'pino';
import type { Credentials } from '../../../domain/credentials.ts';
import type { Collected } from '../../../processors/collect/connector.ts';
import { connectorNamed } from '../../../processors/collect/connectors.ts';
import { openDocumentReader } from '../../../processors/collect/documents/document-reader.ts';
import { openFeedParser } from '../../../processors/collect/feed/feed-parser.ts';
import { openPoliteClient } from '../../../processors/collect/polite-client.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { virtualContext } from './virtual-context.ts';

type Found = Extract<Collected, { kind: 'collected' }>;

/** Collects sources with a connector as the stage does, politely and by the real parsers. */
export interface Collecting extends AsyncDisposable {
  collect(
    url: string,
    config?: Readonly<Record<string, unknown>>,
    credentials?: Credentials | null,
  ): Promise<Found['feed']>;
}

export const nowMs = Date.parse('2026-03-01T12:00:00Z');

export function collecting(connector: string): Collecting {
  const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
  const parser = openFeedParser();
  const reader = openDocumentReader();
  const client = openPoliteClient(http, 0);
  return {
    async collect(url, config = {}, credentials = null) {
      const waiting = virtualContext(nowMs);
      const collected = await connectorNamed(connector).collect(
        {
          url,
          validators: null,
          credentials,
          nowMs,
          get: (address, options) => client.get(address, options, waiting),
          parse: (document) => parser.parse(document, nowMs),
          read: reader,
        },
        config,
      );
      if (collected.kind !== 'collected') throw new Error(collected.kind);
      return collected.feed;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([http.close(), parser.close(), reader.close()]);
    },
  };
}
