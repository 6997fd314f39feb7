import type { PageNode } from './tree.ts';

const voidTags: ReadonlySet<string> = new Set(['BR', 'HR', 'IMG', 'WBR', 'INPUT', 'SOURCE']);

/** HTML of a tree, not yet sanitised. */
export function render(node: PageNode): string {
  const parts: string[] = [];
  write(node, parts);
  return parts.join('');
}

function write(node: PageNode, parts: string[]): void {
  if (node.nodeType === 3) {
    parts.push(escaped(node.data));
    return;
  }
  parts.push('<', node.localName);
  for (const [name, value] of node.attributeMap)
    parts.push(' ', name, '="', escaped(value).replaceAll('"', '&quot;'), '"');
  parts.push('>');
  if (voidTags.has(node.tagName)) return;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) write(child, parts);
  parts.push('</', node.localName, '>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
