import type { ChannelAdapter } from './channels/adapter.ts';
import { email } from './channels/email.ts';
import { log } from './channels/log.ts';
import { webhook } from './channels/webhook.ts';

/** Every way of notifying, a file each. */
export const channelAdapters: readonly ChannelAdapter[] = [webhook, email, log];
