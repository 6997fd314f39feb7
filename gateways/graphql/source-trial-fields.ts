import type { SourceToTry } from '../services/sources/input.ts';
import { builder, json } from './builder.ts';
import { toServiceInput } from './names.ts';
import {
  discoveryType,
  importReportType,
  pushReportType,
  sourceToTryInput,
  sourceTrialType,
} from './source-trial-types.ts';

const bounds = 'Stores nothing; 30 s at most, and two at once';

builder.queryFields((t) => ({
  exportSources: t.string({
    description: 'All sources as an OPML document, in folders by their tags; without credentials',
    resolve: (_root, _args, { services }) => services.sources.exportOpml(),
  }),
}));

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  return {
    testSource: t.field({
      type: sourceTrialType,
      description: `Collects a source once and extracts its first three articles. ${bounds}`,
      args: { id },
      resolve: (_root, args, { services }) => services.sources.test(args.id),
    }),
    testNewSource: t.field({
      type: sourceTrialType,
      description: `The same for a source that is not followed yet. ${bounds}`,
      args: { input: t.arg({ type: sourceToTryInput, required: true }) },
      resolve: (_root, { input }, { services }) =>
        services.sources.testNew(toServiceInput(input, { keepNull: false }) as SourceToTry),
    }),
    discoverSources: t.field({
      type: discoveryType,
      description: `Finds out how a site can be followed. ${bounds}`,
      args: { url: t.arg.string({ required: true }) },
      resolve: (_root, { url }, { services }) => services.sources.discover({ url }),
    }),
    pushEntries: t.field({
      type: pushReportType,
      description: 'Sends entries to a source of the type push. The same may be sent again',
      args: {
        id,
        entries: t.arg({
          type: json,
          required: true,
          description: 'A JSON Feed or a list of its items; RSS or Atom as a text. 1,000 entries at most',
        }),
      },
      resolve: (_root, args, { services }) =>
        services.sources.push(args.id, {
          body: args.entries,
          contentType: typeof args.entries === 'string' ? 'application/xml' : 'application/json',
        }),
    }),
    importSources: t.field({
      type: importReportType,
      description: 'Follows every feed of an OPML document that is not followed yet. Requests are 1 MB at most',
      args: {
        opml: t.arg.string({ required: true }),
        dryRun: t.arg.boolean({ description: 'Only says what would become of each entry. Default: false' }),
      },
      async resolve(_root, { opml, dryRun }, { services }) {
        const options = { dryRun: dryRun === true };
        return { ...(await services.sources.importOpml(opml, options)), dry_run: options.dryRun };
      },
    }),
  };
});
