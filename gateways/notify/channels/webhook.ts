import { Webhook } from 'standardwebhooks';
import { FetchError } from '../../../streams/http/fetch-error.ts';
import type { HttpResponse } from '../../../streams/http/client.ts';
import type { ChannelAdapter, DeliveryResult } from './adapter.ts';

const deadlineMs = 15_000;
/** Of an answer nothing is wanted but its status. */
const maxAnswerBytes = 20_000;
const maxRetryAfterMs = 24 * 3_600_000;

/**
 * POSTs JSON {type, timestamp, data}, signed as https://www.standardwebhooks.com has it: headers webhook-id,
 * webhook-timestamp and webhook-signature. Any 2xx is delivered, 410 ends the channel, all else is tried again; a
 * redirect is not followed.
 */
export const webhook: ChannelAdapter = {
  kind: 'webhook',
  async send({ id, type, data, createdAt }, { address, secret }, { http, now, signal }) {
    if (address === null || secret === null) return { kind: 'failed', reason: 'the channel has no address or secret' };
    const body = JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
    const sentAt = new Date(now());
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, sentAt, body),
    };
    try {
      const answer = await http.get(address, {
        text: { contentType: 'application/json', body },
        headers,
        deadlineMs,
        maxBytes: maxAnswerBytes,
        whenLonger: 'truncate',
        signal,
      });
      return resultOf(answer, now());
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      return { kind: 'failed', reason: error.message };
    }
  },
};

function resultOf({ status, headers }: HttpResponse, nowMs: number): DeliveryResult {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', reason: 'it answers 410: it wants nothing more' };
  const retryAfterMs = pauseOf(headers['retry-after'], nowMs);
  const reason = `it answers ${status}`;
  return retryAfterMs === undefined ? { kind: 'failed', reason } : { kind: 'failed', reason, retryAfterMs };
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function pauseOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}
