import { createTransport } from 'nodemailer';
import { messageOf } from '../../../streams/errors.ts';
import type { ChannelAdapter } from './adapter.ts';
import { mailText } from './mail-text.ts';

const timeoutMs = 6_000;

/** A plain e-mail by the operator's server. Its Message-ID is the notification's id, so that repeats can be told. */
export const email: ChannelAdapter = {
  kind: 'email',
  async send(notification, { address }, { mail }) {
    if (mail.smtpUrl === undefined) return { kind: 'failed', reason: 'no mail server is set up here (SMTP_URL)' };
    if (address === null) return { kind: 'failed', reason: 'the channel has no address' };
    const transport = createTransport({
      url: mail.smtpUrl,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // What is sent is ours alone: nothing is read from files or addresses.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: mail.from,
        to: { name: '', address },
        messageId: `<${notification.id}@mimir>`,
        date: notification.createdAt,
        ...mailText(notification),
      });
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'failed', reason: `the mail server did not take it: ${messageOf(error).slice(0, 300)}` };
    } finally {
      transport.close();
    }
  },
};
