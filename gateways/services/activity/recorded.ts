import type { SearchInput } from '../articles/query.ts';
import type { SearchPage } from '../search/search.ts';
import type { ActivityRecorder } from './recorder.ts';

/** By service and method: what is noted when the method has worked. */
const noted = {
  sources: {
    create: 'source.created',
    change: 'source.changed',
    remove: 'source.removed',
    collectNow: 'source.collected',
    importOpml: 'source.imported',
  },
  topics: { create: 'topic.created', change: 'topic.changed', remove: 'topic.removed' },
  keywords: { create: 'keyword.created', change: 'keyword.changed', remove: 'keyword.removed' },
  savedSearches: { create: 'saved_search.created', change: 'saved_search.changed', remove: 'saved_search.removed' },
  rules: { create: 'rule.created', change: 'rule.changed', remove: 'rule.removed' },
  channels: { create: 'channel.created', change: 'channel.changed', remove: 'channel.removed' },
  reports: { create: 'report.created', remove: 'report.removed' },
  reportSchedules: {
    create: 'report_schedule.created',
    change: 'report_schedule.changed',
    remove: 'report_schedule.removed',
  },
  stories: { merge: 'story.merged', split: 'story.split' },
} as const;

/** What it asks of the services. A method that a service has not is noted by nobody. */
type Recordable = Readonly<Record<keyof typeof noted, object>> & {
  readonly search: (input: SearchInput) => Promise<SearchPage>;
};

/** The same services; what people change and search for through them is noted. */
export function recorded<Services extends Recordable>(services: Services, recorder: ActivityRecorder): Services {
  const wrapped = Object.entries(noted).map(([name, actions]) => [
    name,
    watched(services[name as keyof typeof noted], actions, recorder),
  ]);
  return {
    ...services,
    ...(Object.fromEntries(wrapped) as Pick<Services, keyof typeof noted>),
    async search(input: SearchInput) {
      const page: SearchPage = await services.search(input);
      const { q, mode = 'hybrid', limit: _limit, cursor, ...filters } = input;
      recorder.record({
        action: 'search',
        resource_type: 'article',
        resource_id: null,
        metadata: {
          mode,
          characters: q.length,
          filters: Object.values(filters).filter((value) => value !== undefined && value !== 'include').length,
          is_first_page: cursor === undefined,
          results: page.items.length,
        },
      });
      return page;
    },
  };
}

type Method = (...given: unknown[]) => Promise<unknown>;

function watched(service: object, actions: Readonly<Record<string, string>>, recorder: ActivityRecorder): object {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]: [string, Method]) => {
      const action = actions[name];
      if (action === undefined) return [name, method];
      return [
        name,
        async (...given: unknown[]) => {
          const result = await method(...given);
          recorder.record({
            action,
            resource_type: action.slice(0, action.indexOf('.')),
            resource_id: idOf(result) ?? (typeof given[0] === 'string' && uuid.test(given[0]) ? given[0] : null),
            metadata: {},
          });
          return result;
        },
      ];
    }),
  );
}

const uuid = /^[\da-fA-F]{8}-(?:[\da-fA-F]{4}-){3}[\da-fA-F]{12}$/;

function idOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('id' in result)) return null;
  return typeof result.id === 'string' ? result.id : null;
}
