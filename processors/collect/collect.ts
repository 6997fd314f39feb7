import { hostOfRequestKey } from '../../domain/request-key.ts';
import { openSealer } from '../../domain/sealed.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { openHttpClient } from '../../streams/http/client.ts';
import { ownPorts } from '../../streams/http/own-ports.ts';
import { connectRedis } from '../../streams/redis.ts';
import { drop, type StageDefinition } from '../../streams/stage.ts';
import { collectFeed } from './collect-feed.ts';
import { collectPage } from './collect-page.ts';
import { openDocumentReader } from './documents/document-reader.ts';
import { openFeedParser } from './feed/feed-parser.ts';
import { openFeedMemory } from './feed-memory.ts';
import { openPageTries } from './page-tries.ts';
import { openPoliteClient } from './polite-client.ts';
import { openSharedTurns } from './shared-turns.ts';

/**
 * Fetches feeds and the pages of their entries. A site's faults become its feed's status or an article without a page;
 * only Redis being away holds a partition up.
 */
export const collect: StageDefinition<
  'collect-request-user' | 'collect-request' | 'collect-request-page',
  'raw-article' | 'collect-request-page' | 'feed-status'
> = {
  name: 'collect',
  purpose: 'Fetches feeds that are due, and the pages of their new entries.',
  // A site with a thousand new pages must not keep its own feed waiting behind them.
  inputs: ['collect-request-user', 'collect-request', 'collect-request-page'],
  outputs: ['raw-article', 'collect-request-page', 'feed-status'],
  putsOff: true,
  async open({ config, log }) {
    const http = openHttpClient({ egress: config.egress, log, ownPorts: ownPorts(config) });
    const parser = openFeedParser();
    const reader = openDocumentReader();
    const sealer = openSealer(config.secretKeys);
    const redis = connectRedis(config.redisUrl, log);
    const memory = openFeedMemory(redis);
    const turns = openSharedTurns(redis);
    const tries = openPageTries(redis);
    const { hostDelayMs, siteConcurrency } = config.collect;
    const client = openPoliteClient(http, hostDelayMs, { concurrency: siteConcurrency, turns });
    return {
      handler: {
        kind: 'each',
        concurrency: config.collect.concurrency,
        lane: hostOfRequestKey,
        async process({ value }, context) {
          if (value === null) return drop('tombstone');
          const outcome =
            value.kind === 'page'
              ? await collectPage(value, client, context, tries)
              : await collectFeed(value, { client, parser, reader, memory, sealer }, context);
          passFailPoint('collect-fetched');
          return outcome;
        },
      },
      degraded: () => turns.degraded(),
      async close() {
        redis.disconnect();
        await Promise.all([http.close(), parser.close(), reader.close()]);
      },
    };
  },
};
