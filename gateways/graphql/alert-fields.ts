import type { AlertListInput } from '../services/alerts/alert-input.ts';
import type { AlertSettingsChanges } from '../services/alerts/alert-settings-input.ts';
import type { ChannelChanges, NewChannel } from '../services/alerts/channel-input.ts';
import { NotFound } from '../services/faults.ts';
import type { NewSavedSearch, SavedSearchChanges, SearchTrialInput } from '../services/alerts/saved-search-input.ts';
import type { SettingsList } from '../services/settings/settings-list.ts';
import {
  alertSettingsInput,
  alertSettingsType,
  alertType,
  channelChangesInput,
  channelType,
  newChannelInput,
  newSavedSearchInput,
  savedSearchChangesInput,
  savedSearchType,
  searchTrialType,
} from './alert-types.ts';
import { builder, dateTime } from './builder.ts';
import { alertConnection, channelConnection, savedSearchConnection } from './connections.ts';
import { toServiceInput } from './names.ts';

const found = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
const given = (args: object): unknown => toServiceInput(args, { keepNull: false });
const changes = (input: object): unknown => toServiceInput(input, { keepNull: true });

/** Kinds are objects of their own, with names of their own. */
function settingsChanges(input: object): unknown {
  const { kinds, ...rest } = toServiceInput(input, { keepNull: true });
  if (kinds === undefined || kinds === null) return rest;
  const told = Object.entries(toServiceInput(kinds, { keepNull: false }));
  return { ...rest, kinds: Object.fromEntries(told.map(([kind, one]) => [kind, changes(one as object)])) };
}

builder.queryFields((t) => {
  const pages = { first: t.arg.int({ description: '1 to 100; default 20' }), after: t.arg.string() };
  const id = { id: t.arg.id({ required: true }) };
  return {
    savedSearches: t.field({
      type: savedSearchConnection,
      description: "The organisation's saved searches, newest first",
      args: pages,
      resolve: (_root, args, { services }) => services.savedSearches.list(given(args) as SettingsList),
    }),
    savedSearch: t.field({
      type: savedSearchType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.savedSearches.get(args.id)),
    }),
    savedSearchTrial: t.field({
      type: searchTrialType,
      nullable: true,
      description: 'What it would have matched in the last days; raises nothing',
      args: { ...id, days: t.arg.int({ description: '1 to 30; default 7' }), limit: t.arg.int() },
      resolve: (_root, { id: searchId, ...args }, { services }) =>
        found(services.savedSearches.test(searchId, given(args) as SearchTrialInput)),
    }),
    alerts: t.field({
      type: alertConnection,
      description: 'The latest first',
      args: {
        ...pages,
        kind: t.arg.string(),
        savedSearch: t.arg.id(),
        article: t.arg.id(),
        state: t.arg.string({ description: 'open, acknowledged or over' }),
        raisedFrom: t.arg({ type: dateTime }),
        raisedTo: t.arg({ type: dateTime }),
      },
      resolve: (_root, args, { services }) => services.alerts.list(given(args) as AlertListInput),
    }),
    alert: t.field({
      type: alertType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.alerts.get(args.id)),
    }),
    alertSettings: t.field({
      type: alertSettingsType,
      resolve: (_root, _args, { services }) => services.alerts.settings(),
    }),
    channels: t.field({
      type: channelConnection,
      description: 'Where the organisation is notified, newest first',
      args: pages,
      resolve: (_root, args, { services }) => services.channels.list(given(args) as SettingsList),
    }),
    channel: t.field({
      type: channelType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.channels.get(args.id)),
    }),
  };
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  return {
    createSavedSearch: t.field({
      type: savedSearchType,
      args: { input: t.arg({ type: newSavedSearchInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.savedSearches.create(given(input) as NewSavedSearch),
    }),
    updateSavedSearch: t.field({
      type: savedSearchType,
      args: { id, input: t.arg({ type: savedSearchChangesInput, required: true }) },
      resolve: (_root, args, { services }) =>
        services.savedSearches.change(args.id, changes(args.input) as SavedSearchChanges),
    }),
    deleteSavedSearch: t.id({
      description: 'The id of the saved search that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.savedSearches.remove(args.id);
        return args.id;
      },
    }),
    acknowledgeAlert: t.field({
      type: alertType,
      args: { id },
      resolve: (_root, args, { services }) => services.alerts.acknowledge(args.id),
    }),
    updateAlertSettings: t.field({
      type: alertSettingsType,
      args: { input: t.arg({ type: alertSettingsInput, required: true }) },
      resolve: (_root, { input }, { services }) =>
        services.alerts.changeSettings(settingsChanges(input) as AlertSettingsChanges),
    }),
    createChannel: t.field({
      type: channelType,
      args: { input: t.arg({ type: newChannelInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.channels.create(given(input) as NewChannel),
    }),
    updateChannel: t.field({
      type: channelType,
      args: { id, input: t.arg({ type: channelChangesInput, required: true }) },
      resolve: (_root, args, { services }) => services.channels.change(args.id, changes(args.input) as ChannelChanges),
    }),
    deleteChannel: t.id({
      description: 'The id of the channel that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.channels.remove(args.id);
        return args.id;
      },
    }),
    testChannel: t.field({
      type: channelType,
      description: 'Queues a notification that says that it is a test',
      args: { id },
      resolve: (_root, args, { services }) => services.channels.test(args.id),
    }),
  };
});
