/** The robot whose name publishers may use for us. */
const robot = 'mimir';

/** Directives with a colon of their own: what stands before it is no robot. */
const valued = /^(?:max-snippet|max-image-preview|max-video-preview|unavailable_after)$/;
const forbidding = ['none', 'noindex', 'noarchive'] as const;

/**
 * Whether a publisher forbids to keep the text of a page: `noarchive`, `noindex` or `none`, for all robots or for Mimir.
 *
 * @param header X-Robots-Tag as sent; several are joined by commas
 * @param elements the page's meta elements for robots: the robot and its directives
 * @returns the directive; null where nothing forbids it
 */
export function withheldBy(header: string | null, elements: readonly (readonly [string, string])[]): string | null {
  const directives = [
    ...(header === null ? [] : forUs(header)),
    ...elements.filter(([name]) => name === 'robots' || name === robot).flatMap(([, content]) => words(content)),
  ];
  return forbidding.find((word) => directives.includes(word)) ?? null;
}

/** A robot's name, followed by a colon, is for all directives up to the next name. */
function forUs(header: string): string[] {
  const directives: string[] = [];
  let name = 'robots';
  for (const part of header.toLowerCase().split(',')) {
    const named = /^\s*([\w*-]+)\s*:(.*)$/.exec(part);
    const isName = named !== null && !valued.test(named[1] ?? '');
    if (isName) name = named[1] ?? '';
    if (name === 'robots' || name === '*' || name === robot)
      directives.push(...words(isName ? (named[2] ?? '') : part));
  }
  return directives;
}

function words(directives: string): string[] {
  return directives.toLowerCase().split(/[\s,;]+/);
}
