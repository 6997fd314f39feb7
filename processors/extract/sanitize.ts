import sanitizeHtml from 'sanitize-html';
import { absoluteUrl, cleanLink } from '../../domain/canonical-url.ts';
import { cleanText } from '../../domain/clean-text.ts';

const allowedTags = (
  'p br hr h1 h2 h3 h4 h5 h6 blockquote q cite pre code kbd samp ul ol li dl dt dd table caption thead tbody tfoot tr th td ' +
  'a b strong i em u s del ins sub sup small mark abbr time span div section figure figcaption img'
).split(' ');

/**
 * HTML that may be stored and shown: an allow-list of elements for reading, links to http(s) and mailto, images from
 * http(s), no styles, scripts, frames or forms. Links lose the parameters that only say where a reader came from.
 *
 * @param html no deeper than assertReadable lets pass: sanitize-html takes quadratic time on deep trees
 * @param base what relative links stand against
 */
export function sanitize(html: string, base: string): string {
  const clean = sanitizeHtml(html, {
    allowedTags,
    allowedAttributes: {
      a: ['href', 'title', 'rel'],
      img: ['src', 'alt', 'title', 'width', 'height'],
      time: ['datetime'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan', 'scope'],
      abbr: ['title'],
      '*': ['lang', 'dir'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['http', 'https'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    // What stands inside these is not for readers.
    nonTextTags: [
      'script',
      'style',
      'noscript',
      'template',
      'iframe',
      'object',
      'embed',
      'svg',
      'math',
      'head',
      'title',
      'textarea',
      'select',
      'option',
      'button',
    ],
    transformTags: {
      a: (tagName, { href, ...rest }) => {
        const absolute = href === undefined ? null : absoluteLink(href, base);
        return {
          tagName,
          attribs: absolute === null ? rest : { ...rest, href: absolute, rel: 'noopener noreferrer nofollow' },
        };
      },
      img: (tagName, { src, ...rest }) => {
        const absolute = src === undefined ? null : absoluteUrl(src, base);
        return { tagName, attribs: absolute === null ? rest : { ...rest, src: absolute } };
      },
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && attribs['src'] === undefined,
  });
  return cleanText(clean).trim();
}

function absoluteLink(link: string, base: string): string | null {
  if (link.startsWith('mailto:')) return link;
  return cleanLink(link, base);
}
