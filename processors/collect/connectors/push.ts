import { push as settings } from '../../../domain/connectors/push.ts';
import { defineConnector } from '../connector.ts';
import { SourceProblem } from '../source-problem.ts';

export const push = defineConnector({
  settings,
  purpose: 'Stands for sources whose entries are sent to us; it fetches nothing.',
  limits: { requests: 0, bytes: 0 },
  async collect() {
    throw new SourceProblem(
      'push-only',
      'the entries of this source are sent to POST /api/v1/sources/{id}/entries; there is nothing to fetch',
    );
  },
});
