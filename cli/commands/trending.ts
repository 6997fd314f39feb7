import { type Command, Option } from 'commander';
import { type TrendingThing, trendingThings } from '../../gateways/services/analytics/input.ts';
import { openServices } from '../../gateways/services/services.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuntime } from '../open-runtime.ts';

export function define(command: Command): void {
  command
    .addOption(new Option('--of <kind>', 'what may trend').choices(trendingThings).default('category'))
    .option('--json', 'for programs')
    .action(trending);
}

async function trending({ of, json }: { readonly of: TrendingThing; readonly json?: true }): Promise<void> {
  const config = enginesConfig();
  await using runtime = openRuntime(config, createLogger('silent', { process: 'trending' }));
  const { services, release } = await openServices(runtime);
  try {
    const trends = await services.analytics.trending({ of });
    if (json === true) console.log(JSON.stringify(trends));
    else if (trends.length === 0) console.log('Nothing comes more often than is usual.');
    else {
      for (const { name, words, with: companions } of trends) {
        console.log(`${name}: ${words}${companions.length === 0 ? '' : `; with ${companions.join(', ')}`}`);
      }
    }
  } finally {
    await release();
  }
}
