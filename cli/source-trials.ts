import type { OpenTrialsOf } from '../gateways/services/services.ts';
import { trialDiscovery } from '../processors/trials/try-discovery.ts';
import { sourceProblemOf } from '../processors/collect/source-problem.ts';
import { openTrialTools } from '../processors/trials/trial-tools.ts';
import { trySource } from '../processors/trials/try-source.ts';

/** Lends the collect side to the APIs. Its threads start with the first trial. */
export const sourceTrials: OpenTrialsOf =
  ({ config, log }) =>
  () => {
    const tools = openTrialTools(config, log.child({ service: 'trials' }));
    return {
      test: (source, signal) => trySource(source, tools, signal),
      discover: (url, signal) => trialDiscovery(url, tools, signal),
      async parse(document) {
        try {
          return await tools.parser.parse(document, Date.now());
        } catch (error) {
          return { problem: sourceProblemOf(error).message };
        }
      },
      async close() {
        await tools[Symbol.asyncDispose]();
      },
    };
  };
