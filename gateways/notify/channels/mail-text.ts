import { pageOf } from '../../reports/html/page.ts';
import type { Report } from '../../reports/report.ts';
import { textOf } from '../../reports/text.ts';
import type { Notification } from './adapter.ts';

interface ToldAlert {
  readonly title?: unknown;
  readonly matched?: unknown;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Subject and text of a notification, for people; a report also as a page. */
export function mailText({ type, data }: Pick<Notification, 'type' | 'data'>): {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
} {
  const title = typeof data['title'] === 'string' ? data['title'] : type;
  if (type === 'report.made') {
    const report = data['report'] as Report;
    return { subject: oneLine(title), text: textOf(report), html: pageOf(report) };
  }
  const alerts = Array.isArray(data['alerts']) ? (data['alerts'] as readonly ToldAlert[]) : [];
  const count = Number(data['count'] ?? alerts.length);
  const more = count - alerts.length;
  const paragraphs = alerts.map(paragraphOf);
  if (more > 0) paragraphs.push(`and ${more} more`);
  return { subject: oneLine(title), text: [title, ...paragraphs].join('\n\n') };
}

function paragraphOf({ title, matched, facts = {} }: ToldAlert): string {
  const site = typeof facts['site_name'] === 'string' ? ` (${facts['site_name']})` : '';
  const clauses = Array.isArray(matched) && matched.length > 0 ? `matches: ${matched.map(String).join(', ')}` : '';
  const url = typeof facts['url'] === 'string' ? facts['url'] : '';
  return [`${String(title)}${site}`, clauses, url].filter((line) => line !== '').join('\n');
}

const oneLine = (text: string): string => `Mimir: ${text.replaceAll(/\s+/gu, ' ').slice(0, 200)}`;
