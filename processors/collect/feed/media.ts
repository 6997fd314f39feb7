import type { WireEnclosure } from './wire.ts';
import { attribute, elements, resolved, textOf, type XmlNode } from './xml-node.ts';

/** The entry's lead image: what is declared to be one first, then thumbnails and the podcast's picture. */
export function imageOf(entry: XmlNode): string | null {
  const groups = elements(entry, 'media:group');
  const media = [entry, ...groups].flatMap((parent) => elements(parent, 'media:content'));
  const enclosures = [...elements(entry, 'enclosure'), ...elements(entry, 'link').filter(isEnclosure)];
  const images = [...media, ...enclosures].filter(isImage);
  const thumbnails = [entry, ...groups, ...media].flatMap((parent) => elements(parent, 'media:thumbnail'));
  const pictures = [...elements(entry, 'itunes:image'), ...elements(entry, 'image')];
  const candidates = [...images, ...thumbnails, ...pictures].map((node) => {
    const url =
      attribute(node, 'url') ?? attribute(node, 'href') ?? elements(node, 'url').map(textOf)[0] ?? textOf(node);
    return url === '' ? null : resolved(node, url);
  });
  return candidates.find((url) => url !== null) ?? null;
}

export function enclosuresOf(entry: XmlNode): WireEnclosure[] {
  return [...elements(entry, 'enclosure'), ...elements(entry, 'link').filter(isEnclosure)].flatMap((node) => {
    const url = attribute(node, 'url') ?? attribute(node, 'href');
    if (url === null) return [];
    return [{ url: resolved(node, url), type: attribute(node, 'type'), length: attribute(node, 'length') }];
  });
}

function isEnclosure(link: XmlNode): boolean {
  return attribute(link, 'rel') === 'enclosure';
}

function isImage(node: XmlNode): boolean {
  if (attribute(node, 'medium') === 'image' || attribute(node, 'type')?.startsWith('image/') === true) return true;
  const url = attribute(node, 'url') ?? '';
  const isUnnamed = attribute(node, 'type') === null && attribute(node, 'medium') === null;
  return isUnnamed && /\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)/i.test(url.slice(-500));
}
