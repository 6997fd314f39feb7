import { PageElement, PageText } from './tree.ts';
import { Work } from './work.ts';

/** A page as a whole: what it has once, and what Readability asks of a document. */
export class PageDocument {
  readonly nodeType = 9;
  readonly documentElement: PageElement;
  readonly head: PageElement;
  readonly body: PageElement;
  /** Readability then renames elements instead of making them anew. */
  readonly firstChild = { __JSDOMParser__: true };
  /** Of all that was asked of its elements. */
  readonly work = new Work();
  readonly baseURI: string;
  readonly documentURI: string;

  /** @param baseURI what relative links stand against */
  constructor(baseURI: string) {
    this.baseURI = baseURI;
    this.documentURI = baseURI;
    this.documentElement = this.createElement('html');
    this.head = this.documentElement.appendChild(this.createElement('head'));
    this.body = this.documentElement.appendChild(this.createElement('body'));
  }

  /** The element of this name that every page has once; null for other names. */
  skeleton(name: string): PageElement | null {
    if (name === 'html') return this.documentElement;
    if (name === 'head') return this.head;
    return name === 'body' ? this.body : null;
  }

  get title(): string {
    return this.head.getElementsByTagName('title')[0]?.textContent.trim() ?? '';
  }

  createElement(name: string): PageElement {
    return new PageElement(this, name.toLowerCase());
  }

  createTextNode(text: string): PageText {
    return new PageText(text);
  }

  getElementsByTagName(name: string): PageElement[] {
    return this.documentElement.getElementsByTagName(name);
  }

  querySelectorAll(selector: string): PageElement[] {
    return this.documentElement.querySelectorAll(selector);
  }
}
