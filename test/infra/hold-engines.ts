/** Starts engines on the folders given as arguments, prints what they are, and holds them until it is killed. */
import { startEngines } from '../../infra/local/engines.ts';

const [dataDir = '', cacheDir = ''] = process.argv.slice(2);
const engines = await startEngines({ dataDir, cacheDir });
console.log(JSON.stringify({ variables: engines.variables }));
await new Promise((resolve) => {
  setTimeout(resolve, 600_000);
});
