import type { ChannelAdapter } from './adapter.ts';

/** A line in the process' log: for trying things out, and for whoever gathers logs. */
export const log: ChannelAdapter = {
  kind: 'log',
  send({ id, type, data }, { name, organizationId }, context) {
    context.log.info({ channel: name, organizationId, notificationId: id, type, data }, 'notified');
    return Promise.resolve({ kind: 'delivered' });
  },
};
