import type { Command } from 'commander';
import { verifyCounts } from '../../gateways/metrics/verify.ts';
import { openPostgres, typedQueries } from '../../gateways/postgres.ts';
import { inStep, silentProgress, streamProgress } from '../../infra/local/progress.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';

export function define(command: Command): void {
  command
    .command('verify')
    .description('Count every hour over its articles again and compare with what is stored; nothing is changed.')
    .option('--json', 'for programs')
    .action(verify);
}

async function verify(options: { json?: true }): Promise<void> {
  const config = enginesConfig();
  const pool = openPostgres(config.databaseUrl, { log: createLogger('warn', { process: 'metrics verify' }), max: 1 });
  try {
    const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
    const report = await inStep(progress, 'counting', (step) =>
      verifyCounts(typedQueries(pool), { ...config.metrics, now: Date.now }, (done, all) =>
        step.detail(`${done} of ${all} hours`),
      ),
    );
    const { hours, waiting, differing } = report;
    if (options.json === true) console.log(JSON.stringify(report));
    else {
      for (const { hour, counts } of differing) console.log(`${hour}  ${counts} counts differ`);
      console.log(`${hours} hours, ${differing.length} differ; ${waiting} wait to be counted.`);
    }
    if (differing.length > 0) process.exitCode = exitCodeOf('unhealthy');
  } finally {
    await pool.end();
  }
}
