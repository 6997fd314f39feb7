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
  readonly articles: number;
}

export interface Newsroom extends AsyncDisposable {
  readonly opmlUrl: string;
  sites(): Promise<readonly NewsroomSite[]>;
  /** Articles that can be had by now, and in the end. */
  total(): Promise<{ readonly released: number; readonly total: number }>;
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
    total: () => read('/_total'),
    [Symbol.asyncDispose]: () => ended(server),
  };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill();
  await exit;
}
