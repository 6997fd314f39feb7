import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePorts, waitFor } from './instance.ts';

/**
 * Real pages of 181 publishers, and a wire service with its syndicates, served on loopback. The pages belong to their
 * publishers and are no part of this project: chapters that need them are told where MIMIR_NEWSROOM names the folder of
 * the server, or where it stands beside the project.
 */
const folder = process.env['MIMIR_NEWSROOM'] ?? resolve(import.meta.dirname, '../../../shared/newsroom');

export const hasNewsroom: boolean = existsSync(`${folder}/serve.mjs`);

export interface NewsroomSite {
  readonly ip: string;
  readonly kind: string;
  /** Null for a site with a page of headlines only. */
  readonly feed: string | null;
  readonly page: string;
}

export interface Newsroom extends AsyncDisposable {
  readonly opmlUrl: string;
  sites(): Promise<readonly NewsroomSite[]>;
  /** Whether all articles can be had by now. */
  isAllOut(): Promise<boolean>;
  /** Addresses of the articles that can be had by now; a site may have two of one address. */
  links(): Promise<ReadonlySet<string>>;
}

/** @param args flags of the newsroom's server beside its port */
export async function openNewsroom(...args: readonly string[]): Promise<Newsroom> {
  const [port] = await freePorts(1);
  const server = spawn(process.execPath, [`${folder}/serve.mjs`, '--port', String(port), ...args], { stdio: 'ignore' });
  // The first of its sites never fails on purpose.
  const origin = `http://127.0.1.1:${port}`;
  const opmlUrl = `${origin}/_opml`;
  const read = async <T>(path: string): Promise<T> => (await (await fetch(origin + path)).json()) as T;
  await waitFor('the newsroom is open', async () => (await fetch(opmlUrl)).ok);
  return {
    opmlUrl,
    sites: () => read('/_sites'),
    async isAllOut() {
      const { released, total } = await read<{ readonly released: number; readonly total: number }>('/_total');
      return released === total;
    },
    async links() {
      const links = new Set<string>();
      for (let page = 1; ; page += 1) {
        const response = await fetch(`http://127.0.3.3:${port}/api/articles?page=${page}`);
        const { result } = (await response.json()) as {
          readonly result: { readonly articles: readonly { readonly link: string }[] };
        };
        for (const { link } of result.articles) links.add(link);
        if (result.articles.length === 0) return links;
      }
    },
    [Symbol.asyncDispose]: () => ended(server),
  };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill();
  await exit;
}
