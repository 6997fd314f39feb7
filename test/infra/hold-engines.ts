/**
 * Starts engines on the folders given as arguments, prints what they are, and holds them until it is killed. When the
 * test that started it goes away, its end of standard input closes: then they end with it.
 */
import { startEngines } from '../../infra/local/engines.ts';

process.stdin.once('end', () => process.exit(1)).resume();

const [dataDir = '', cacheDir = ''] = process.argv.slice(2);
const engines = await startEngines({ dataDir, cacheDir });
console.log(JSON.stringify({ variables: engines.variables }));
await new Promise((resolve) => {
  setTimeout(resolve, 600_000);
});
