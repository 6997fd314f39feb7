import { plainLine } from '../../domain/plain-line.ts';
import type { PageDocument } from './page/document.ts';

/** What stands between a title and the name of its site or section. */
const separator = /^\s+[-|–—·•:»/]\s+/u;

/**
 * A declared title without what sites put behind it, " | The Daily": recognised by the site's name, or by a heading that
 * has the title alone.
 */
export function pageTitle(declared: string, siteName: string | null, document: PageDocument): string {
  const title = plainLine(declared, true);
  const headings = document
    .getElementsByTagName('h1')
    .slice(0, 5)
    .map(({ textContent }) => plainLine(textContent, false));
  const alone = headings.find(
    (heading) => heading.length >= 10 && title.startsWith(heading) && separator.test(title.slice(heading.length)),
  );
  if (alone !== undefined) return alone;
  const site = plainLine(siteName ?? '', true);
  const before = site === '' || !title.endsWith(site) ? '' : title.slice(0, -site.length);
  return before.replace(/\s+[-|–—·•:»/]\s+$/u, '') === before ? title : before.replace(/\s+[-|–—·•:»/]\s+$/u, '');
}
