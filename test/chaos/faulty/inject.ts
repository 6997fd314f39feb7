/** `node --import ./test/chaos/faulty/inject.ts`: loads the product with the fault that CHAOS_FAULT names. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { withEdits } from './edit.ts';
import { faults, puttingOff } from './faults.ts';

const fault = [...faults, puttingOff].find(({ name }) => name === process.env['CHAOS_FAULT']);
if (fault === undefined) throw new Error(`there is no fault named ${process.env['CHAOS_FAULT']}`);
const byUrl = Map.groupBy(fault.edits, ({ file }) => pathToFileURL(file).href);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const edits = byUrl.get(url);
    if (edits === undefined || loaded.source === undefined || loaded.source === null) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Buffer).toString();
    return { ...loaded, source: withEdits(source, edits) };
  },
});
