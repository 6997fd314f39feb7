import type { ArticleReference } from '../report.ts';
import { type Content, markup, type Markup, nothing, safeAddress } from './markup.ts';
import { styles } from './styles.ts';

/** A part of the page under a heading. */
export function section(heading: string, content: Content): Markup {
  return markup`<tr><td class="inner line" style="${styles.inner};${styles.line}">
<h2 style="${styles.heading}">${heading}</h2>
${content}
</td></tr>`;
}

export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
  /** Left out on narrow screens. */
  readonly isOptional?: boolean;
}

/** @param caption for who does not see the page */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const classOf = ({ isOptional }: Column): string => (isOptional === true ? 'quiet optional' : 'quiet');
  const heads = columns.map(
    (column) =>
      markup`<th scope="col" class="${classOf(column)}" style="${column.isNumber === true ? styles.headNumber : styles.head}">${column.head}</th>`,
  );
  const lines = rows.map(
    (row) =>
      markup`<tr>${row.map((cell, at) => {
        const column = columns[at] ?? { head: '' };
        const style = column.isNumber === true ? styles.number : styles.cell;
        return markup`<td class="line${column.isOptional === true ? ' optional' : ''}"${column.isNumber === true ? nothing : markup` dir="auto"`} style="${style}">${cell}</td>`;
      })}</tr>\n`,
  );
  return markup`<table aria-label="${caption}" style="${styles.table}"><thead><tr>${heads}</tr></thead><tbody>
${lines}</tbody></table>`;
}

/** A text from outside as a link where its address can be followed; its direction is its own. */
export function linked(text: string, url: string, language: string | null = null): Markup {
  const href = safeAddress(url);
  const lang = language === null ? nothing : markup` lang="${language}"`;
  const shown = text.trim() === '' ? url : text;
  return href === null ? markup`<bdi${lang}>${shown}</bdi>` : markup`<a href="${href}"><bdi${lang}>${shown}</bdi></a>`;
}

const maxSummary = 260;

/** The beginning of an article's summary, to a whole word. */
export function summaryOf({ summary, language }: ArticleReference): Markup {
  if (summary === null || summary.trim() === '') return nothing;
  const lang = language === null ? nothing : markup` lang="${language}"`;
  return markup`<div dir="auto"${lang} style="overflow-wrap:anywhere">${shortened(summary)}</div>`;
}

function shortened(text: string): string {
  const plain = text.replaceAll(/\s+/gu, ' ').trim();
  if (plain.length <= maxSummary) return plain;
  // Not between the halves of a character.
  const cut = plain.slice(0, maxSummary).replace(/[\uD800-\uDBFF]$/u, '');
  const end = cut.lastIndexOf(' ');
  return `${end > maxSummary / 2 ? cut.slice(0, end) : cut}…`;
}

export const quiet = (content: Content): Markup => markup`<div class="quiet" style="${styles.quiet}">${content}</div>`;

export const paragraph = (content: Content): Markup => markup`<p style="${styles.paragraph}">${content}</p>`;
