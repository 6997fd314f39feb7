import type { Logger } from 'pino';
import type { HttpClient } from '../../../streams/http/client.ts';
import type { ChannelKind } from '../../services/alerts/channel-input.ts';

/** What is sent: the same at every try. */
export interface Notification {
  /** By which the receiver knows repeats. */
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

export interface Destination {
  readonly name: string;
  readonly organizationId: string;
  readonly address: string | null;
  /** Opened; null where the channel has none. */
  readonly secret: string | null;
}

/** What became of a try. The words are for the people of the organisation. */
export type DeliveryResult =
  | { readonly kind: 'delivered' }
  /** Tried again after a pause, which grows; not before `retryAfterMs` where the receiver asks for that. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number }
  /** The receiver wants nothing more: the channel is switched off. */
  | { readonly kind: 'gone'; readonly reason: string };

export interface DeliveryContext {
  readonly http: Pick<HttpClient, 'get'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly mail: MailSettings;
}

export interface MailSettings {
  /** smtp:// or smtps://; undefined where no mail is sent. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
}

/** One way of notifying. A try ends within 20 s, and what it throws counts as failed. */
export interface ChannelAdapter {
  readonly kind: ChannelKind;
  send(notification: Notification, destination: Destination, context: DeliveryContext): Promise<DeliveryResult>;
}
