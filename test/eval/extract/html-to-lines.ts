import { Parser } from 'htmlparser2';

const inline: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
);

/** All text of HTML, captions too, with a line break wherever a block begins or ends. */
export function htmlToLines(html: string): string {
  let text = '';
  const separate = (name: string): void => {
    if (!inline.has(name)) text += '\n';
  };
  const parser = new Parser({ onopentagname: separate, ontext: (part) => (text += part), onclosetag: separate });
  parser.end(html);
  return text;
}
