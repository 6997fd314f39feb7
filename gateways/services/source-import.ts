import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../schema.ts';
import { ensureFeeds, type Feed, feedOf } from './feeds.ts';
import { notify } from './notifications.ts';
import { readOpml, type OpmlFeed } from './opml.ts';

export interface ImportReport {
  /** Sources that are new. */
  readonly created: number;
  /** Feeds that were followed already. */
  readonly existing: number;
  readonly invalid: readonly { readonly url: string; readonly reason: string }[];
}

/** Rows in one statement. */
const chunkSize = 500;
const maxNameLength = 255;

/** @throws Invalid where the text is no OPML */
export async function importSources(db: Kysely<Database>, organizationId: string, text: string): Promise<ImportReport> {
  const feeds = readOpml(text);
  const invalid: { readonly url: string; readonly reason: string }[] = [];
  const wanted = new Map<string, OpmlFeed & Feed>();
  for (const feed of feeds) {
    const address = feedOf({ url: feed.url, type: 'rss', config: {}, organizationId, hasCredentials: false });
    if (address === null)
      invalid.push({ url: feed.url.slice(0, 2048), reason: 'not an http or https address of a feed' });
    else wanted.set(address.id, { ...feed, ...address });
  }
  const listed = wanted.size;

  const created = await db.transaction().execute(async (transaction) => {
    const followed = await transaction
      .selectFrom('sources')
      .select(['feed_id', 'name'])
      .where('organization_id', '=', organizationId)
      .execute();
    for (const { feed_id } of followed) wanted.delete(feed_id);
    const names = new Set(followed.map(({ name }) => name));
    const rows = [...wanted.values()].map((feed) => ({
      id: v7(),
      organization_id: organizationId,
      feed_id: feed.id,
      name: freeName(feed, names),
      url: feed.url,
      type: 'rss',
      config: '{}',
    }));

    let count = 0;
    for (let from = 0; from < rows.length; from += chunkSize) {
      const chunk = rows.slice(from, from + chunkSize);
      await ensureFeeds(
        transaction,
        chunk.map(({ feed_id, url }) => ({ id: feed_id, url, visibility: 'public', connector: 'feed', config: {} })),
      );
      const inserted = await transaction
        .insertInto('sources')
        .values(chunk)
        // Somebody may take a name between the look and the insertion: that source is then theirs.
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .execute();
      count += inserted.length;
    }
    if (count > 0) await notify(transaction, 'feedsDue');
    return count;
  });
  return { created, existing: listed - created, invalid };
}

/** The feed's title, told apart by its host and then by a number where sources of that name exist. Takes the name. */
function freeName(feed: OpmlFeed & Feed, taken: Set<string>): string {
  const host = new URL(feed.url).host;
  const title = cut(feed.title.replaceAll('\0', '').trim(), maxNameLength) || host;
  const cutTitle = cut(title, maxNameLength - 80);
  const candidates = [title, `${cutTitle} (${host.slice(0, 60)})`];
  for (let number = 2; ; number += 1) {
    const name = candidates.shift() ?? `${cutTitle} (${host.slice(0, 60)} ${number})`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** Never cuts a character in half. */
function cut(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : text
        .slice(0, maxLength)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}
