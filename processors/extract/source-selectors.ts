import { parseHTML } from 'linkedom';
import { z } from 'zod';
import { assertReadable } from '../../domain/html-text.ts';

const selectors = z.object({
  content: z.string().optional(),
  remove: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  authors: z.string().optional(),
  published: z.string().optional(),
});

/** What a source's own selectors find on its page; empty where they find nothing. */
export interface Selected {
  /** HTML of the article, not yet sanitised. */
  readonly content: string;
  readonly title: string;
  readonly authors: readonly string[];
  readonly published: readonly string[];
}

/**
 * Reads a page by the selectors of its source. A selector that finds nothing, or is none, costs only itself: what it was
 * for is then found in the usual way.
 *
 * @param settings RawArticle.extraction: JSON
 * @returns null without settings
 * @throws TooComplex
 */
export function selectedParts(html: string, settings: string | null): Selected | null {
  const wanted = settings === null ? null : settingsOf(settings);
  if (wanted === null) return null;
  assertReadable(html);
  const { document } = parseHTML(html);
  const all = (selector: string | undefined): readonly Found[] => {
    if (selector === undefined) return [];
    try {
      return [...(document.querySelectorAll(selector) as unknown as Iterable<Found>)];
    } catch {
      return [];
    }
  };
  const texts = (selector: string | undefined): string[] =>
    all(selector)
      .map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim() ?? '')
      .filter((text) => text !== '');
  const published = all(wanted.published).flatMap((element) =>
    [element.getAttribute('datetime'), element.getAttribute('content'), element.textContent].filter(
      (text) => text !== null,
    ),
  );
  const [title, authors] = [texts(wanted.title)[0] ?? '', texts(wanted.authors)];
  for (const selector of [wanted.remove ?? []].flat()) for (const element of all(selector)) element.remove();
  const content = all(wanted.content)
    .map(({ innerHTML }) => `<div>${innerHTML}</div>`)
    .join('');
  return { content, title, authors, published };
}

interface Found {
  readonly textContent: string | null;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  remove(): void;
}

function settingsOf(json: string): z.infer<typeof selectors> | null {
  try {
    return selectors.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
