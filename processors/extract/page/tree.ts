import { type Attribute, attributesOf } from './attributes.ts';
import { inlineStyle } from './inline-style.ts';
import { Snapshot } from './snapshot.ts';
import { nodeSteps, type Work } from './work.ts';

/**
 * A page as a tree, with as much of the DOM's interface as Readability asks for, and no more: a whole DOM costs several
 * times the work. Neighbours are linked, so that walking and moving nodes takes the same time in a row of any length.
 */
export type PageNode = PageElement | PageText;

const noNodes: readonly PageNode[] = [];

export class PageText {
  readonly nodeType = 3;
  readonly nodeName = '#text';
  readonly TEXT_NODE = 3;
  readonly childNodes: readonly PageNode[] = noNodes;
  parentNode: PageElement | null = null;
  previousSibling: PageNode | null = null;
  nextSibling: PageNode | null = null;
  data: string;

  constructor(data: string) {
    this.data = data;
  }

  get textContent(): string {
    return this.data;
  }

  set textContent(text: string) {
    this.data = text;
  }

  clone(): PageText {
    return new PageText(this.data);
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }
}

/** What an element asks of its document. */
interface PageOwner {
  readonly work: Work;
}

export class PageElement {
  readonly nodeType = 1;
  readonly TEXT_NODE = 3;
  readonly ELEMENT_NODE = 1;
  readonly ownerDocument: PageOwner;
  /** In capitals. Readability renames elements in place. */
  tagName: string;
  /** In lower case. */
  localName: string;
  parentNode: PageElement | null = null;
  previousSibling: PageNode | null = null;
  nextSibling: PageNode | null = null;
  firstChild: PageNode | null = null;
  lastChild: PageNode | null = null;
  readonly attributeMap: Map<string, string>;
  private attributeList: readonly Attribute[] | null = null;

  constructor(ownerDocument: PageOwner, localName: string, attributes: Iterable<readonly [string, string]> = []) {
    this.ownerDocument = ownerDocument;
    this.localName = localName;
    this.tagName = localName.toUpperCase();
    this.attributeMap = new Map(attributes);
  }

  get nodeName(): string {
    return this.tagName;
  }

  rename(localName: string): void {
    this.localName = localName;
    this.tagName = localName.toUpperCase();
  }

  get parentElement(): PageElement | null {
    return this.parentNode;
  }

  /** Made once until one changes: Readability asks for all of them in order to look at one. */
  get attributes(): readonly Attribute[] {
    if (this.attributeList === null) {
      this.ownerDocument.work.take(this.attributeMap.size * nodeSteps);
      this.attributeList = attributesOf(this.attributeMap);
    }
    return this.attributeList;
  }

  getAttribute(name: string): string | null {
    return this.attributeMap.get(name) ?? null;
  }

  setAttribute(name: string, value: string): void {
    this.attributeMap.set(name, value);
    this.attributeList = null;
  }

  setAttributeNode({ name, value }: Attribute): void {
    this.setAttribute(name, value);
  }

  hasAttribute(name: string): boolean {
    return this.attributeMap.has(name);
  }

  removeAttribute(name: string): void {
    this.attributeMap.delete(name);
    this.attributeList = null;
  }

  get className(): string {
    return this.attributeMap.get('class') ?? '';
  }

  set className(value: string) {
    this.setAttribute('class', value);
  }

  get id(): string {
    return this.attributeMap.get('id') ?? '';
  }

  set id(value: string) {
    this.setAttribute('id', value);
  }

  get src(): string {
    return this.attributeMap.get('src') ?? '';
  }

  get srcset(): string {
    return this.attributeMap.get('srcset') ?? '';
  }

  /** Of the element's own style attribute. */
  get style(): { readonly display: string; readonly visibility: string } {
    return inlineStyle(this.attributeMap.get('style'));
  }

  get childNodes(): PageNode[] {
    const nodes: PageNode[] = [];
    for (let node = this.firstChild; node !== null; node = node.nextSibling) nodes.push(node);
    this.ownerDocument.work.take(nodes.length * nodeSteps);
    return nodes;
  }

  get children(): PageElement[] {
    const elements: PageElement[] = [];
    for (let node = this.firstChild; node !== null; node = node.nextSibling)
      if (node.nodeType === 1) elements.push(node);
    this.ownerDocument.work.take(elements.length * nodeSteps);
    return elements;
  }

  get firstElementChild(): PageElement | null {
    return elementFrom(this.firstChild);
  }

  get nextElementSibling(): PageElement | null {
    return elementFrom(this.nextSibling);
  }

  get previousElementSibling(): PageElement | null {
    let node = this.previousSibling;
    while (node !== null && node.nodeType !== 1) node = node.previousSibling;
    return node;
  }

  get textContent(): string {
    const parts: string[] = [];
    collectText(this, parts);
    const text = parts.join('');
    this.ownerDocument.work.take(text.length);
    return text;
  }

  set textContent(text: string) {
    this.removeChildren();
    if (text !== '') this.appendChild(new PageText(text));
  }

  /** The children, kept apart as they are now: what Readability reads in order to set it again, or to look into it. */
  get innerHTML(): Snapshot<PageNode> {
    return new Snapshot<PageNode>(this.childNodes);
  }

  set innerHTML(snapshot: Snapshot<PageNode>) {
    this.removeChildren();
    for (const node of snapshot.nodes()) this.appendChild(node);
  }

  appendChild<T extends PageNode>(node: T): T {
    node.parentNode?.removeChild(node);
    node.parentNode = this;
    node.previousSibling = this.lastChild;
    if (this.lastChild === null) this.firstChild = node;
    else this.lastChild.nextSibling = node;
    this.lastChild = node;
    return node;
  }

  removeChild<T extends PageNode>(node: T): T {
    if (node.previousSibling === null) this.firstChild = node.nextSibling;
    else node.previousSibling.nextSibling = node.nextSibling;
    if (node.nextSibling === null) this.lastChild = node.previousSibling;
    else node.nextSibling.previousSibling = node.previousSibling;
    node.parentNode = null;
    node.previousSibling = null;
    node.nextSibling = null;
    return node;
  }

  replaceChild<T extends PageNode>(node: PageNode, old: T): T {
    node.parentNode?.removeChild(node);
    node.parentNode = this;
    node.previousSibling = old.previousSibling;
    node.nextSibling = old.nextSibling;
    if (old.previousSibling === null) this.firstChild = node;
    else old.previousSibling.nextSibling = node;
    if (old.nextSibling === null) this.lastChild = node;
    else old.nextSibling.previousSibling = node;
    old.parentNode = null;
    old.previousSibling = null;
    old.nextSibling = null;
    return old;
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }

  /** With all that is below it. */
  clone(): PageElement {
    this.ownerDocument.work.take(nodeSteps);
    const copy = new PageElement(this.ownerDocument, this.localName, this.attributeMap);
    for (let child = this.firstChild; child !== null; child = child.nextSibling) copy.appendChild(child.clone());
    return copy;
  }

  /** In the order of the document, from the moment of the call. */
  getElementsByTagName(name: string): PageElement[] {
    const found: PageElement[] = [];
    const tag = name.toUpperCase();
    for (const element of descendants(this)) if (tag === '*' || element.tagName === tag) found.push(element);
    return found;
  }

  /** @param selector names of elements, separated by commas */
  querySelectorAll(selector: string): PageElement[] {
    const tags = new Set(selector.toUpperCase().split(','));
    const found: PageElement[] = [];
    for (const element of descendants(this)) if (tags.has(element.tagName)) found.push(element);
    return found;
  }

  private removeChildren(): void {
    while (this.firstChild !== null) this.removeChild(this.firstChild);
  }
}

/** All elements below, in the order of the document. */
export function* descendants(root: PageElement): Generator<PageElement, void, undefined> {
  let node = root.firstElementChild;
  while (node !== null) {
    root.ownerDocument.work.take(nodeSteps);
    yield node;
    let next = node.firstElementChild;
    for (let at: PageElement | null = node; next === null && at !== null && at !== root; at = at.parentNode) {
      next = at.nextElementSibling;
    }
    node = next;
  }
}

/** Appends the texts below an element, in the order of the document. */
function collectText(element: PageElement, parts: string[]): void {
  element.ownerDocument.work.take(nodeSteps);
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 3) parts.push(node.data);
    else collectText(node, parts);
  }
}

/** The node itself or the next of its neighbours that is an element. */
function elementFrom(node: PageNode | null): PageElement | null {
  let found = node;
  while (found !== null && found.nodeType !== 1) found = found.nextSibling;
  return found;
}
