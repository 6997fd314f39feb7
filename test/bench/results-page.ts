import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const page = new URL('../../docs/benchmarks.md', import.meta.url);

/**
 * Puts a report into its place in docs/benchmarks.md.
 *
 * @param bench as in `<!-- NAME begins -->`, for example bench:streams
 * @throws Error where the page has no such place
 */
export async function writeResults(bench: string, report: string): Promise<void> {
  const [begin, end] = [`<!-- ${bench} begins -->`, `<!-- ${bench} ends -->`];
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for the report: ${begin} … ${end}`);
  const changed = `${text.slice(0, from + begin.length)}\n\n${report}\n\n${text.slice(to)}`;
  const filepath = fileURLToPath(page);
  writeFileSync(page, await format(changed, { ...(await resolveConfig(filepath)), filepath }));
}
