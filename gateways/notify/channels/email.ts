import { createTransport } from 'nodemailer';
import { messageOf } from '../../../streams/errors.ts';
import type { ChannelAdapter } from './adapter.ts';
import { mailText } from './mail-text.ts';

/** Of each phase: a server that does not speak is given up sooner. */
const silenceMs = 6_000;

/**
 * A plain e-mail by the operator's server. Its Message-ID is the notification's id, so that repeats can be told.
 *
 * @param deadlineMs of a whole try, however slowly the server speaks
 */
export const emailWithin = (deadlineMs: number): ChannelAdapter => ({
  kind: 'email',
  async send(notification, { address }, { mail, signal }) {
    if (mail.smtpUrl === undefined) return { kind: 'failed', reason: 'no mail server is set up here (SMTP_URL)' };
    if (address === null) return { kind: 'failed', reason: 'the channel has no address' };
    const deadline = AbortSignal.timeout(deadlineMs);
    const transport = createTransport({
      url: mail.smtpUrl,
      connectionTimeout: silenceMs,
      greetingTimeout: silenceMs,
      socketTimeout: silenceMs,
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
        signal: AbortSignal.any([signal, deadline]),
      });
      return { kind: 'delivered' };
    } catch (error) {
      const why = deadline.aborted ? `it took longer than ${deadlineMs / 1000} s` : messageOf(error).slice(0, 300);
      return { kind: 'failed', reason: `the mail server did not take it: ${why}` };
    } finally {
      transport.close();
    }
  },
});

export const email = emailWithin(20_000);
