import { Repeater } from 'graphql-yoga';
import type { Alert } from '../services/alerts/alerts.ts';
import type { Services } from '../services/services.ts';
import { Busy } from '../services/faults.ts';
import { alertType } from './alert-types.ts';
import { builder } from './builder.ts';

/** Each asks Postgres once a second. */
const maxSubscribers = 100;
/** A reader that takes no alert for so long is closed. */
const patienceMs = 60_000;
let subscribers = 0;

builder.subscriptionType({
  fields: (t) => ({
    alertRaised: t.field({
      type: alertType,
      description: 'Alerts as they are raised, by server-sent events (Accept: text/event-stream)',
      args: { kind: t.arg.string(), savedSearch: t.arg.id() },
      subscribe: (_root, { kind, savedSearch }, { services }) =>
        alertsOf(
          services,
          (alert) =>
            (kind ?? alert.kind) === alert.kind && (savedSearch ?? alert.saved_search_id) === alert.saved_search_id,
        ),
      resolve: (alert) => alert,
    }),
  }),
});

/** A repeater, not a generator: it ends at once when the reader goes, also while nothing is raised. */
function alertsOf(services: Services, isWanted: (alert: Alert) => boolean): AsyncIterable<Alert> {
  if (subscribers >= maxSubscribers) throw new Busy(`${maxSubscribers} follow the alerts already: ask again later`);
  return new Repeater<Alert>(async (push, stop) => {
    subscribers += 1;
    const ending = new AbortController();
    void stop.then(() => ending.abort());
    try {
      await services.followAlerts(async (alert) => {
        if (isWanted(alert)) await taken(push(alert), ending);
      }, ending.signal);
    } finally {
      subscribers -= 1;
      stop();
    }
  });
}

async function taken(pushed: Promise<unknown>, ending: AbortController): Promise<void> {
  const timer = setTimeout(() => ending.abort(), patienceMs);
  const ended = new Promise<void>((resolve) =>
    ending.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  try {
    await Promise.race([pushed, ended]);
  } finally {
    clearTimeout(timer);
  }
}
