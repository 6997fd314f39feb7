import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stand-in for Qdrant's REST API, since no Qdrant runs where these tests run. It is written from the same reading of
 * https://api.qdrant.tech (1.19) as the adapter: it shows that the adapter's requests are what was meant and that its
 * logic holds together, not that a real server agrees. For that the contract suite runs where QDRANT_URL is set.
 */
export interface QdrantDouble extends AsyncDisposable {
  readonly url: string;
  /** Everything that was asked, in order: `METHOD path?query` and the body. */
  readonly requests: readonly { readonly call: string; readonly body: unknown }[];
  /** What to answer instead, from now on; undefined to answer as usual. */
  answerWith(status: number | 'hang' | undefined): void;
  setVersion(version: string): void;
}

interface Point {
  id: string;
  vector: number[];
  payload: Record<string, unknown>;
}
interface Condition {
  key?: string;
  match?: { any: string[] };
  range?: { lt?: number; lte?: number; gte?: number };
  has_id?: string[];
}
interface Filter {
  must?: Condition[];
  must_not?: Condition[];
}
interface Collection {
  size: number;
  points: Map<string, Point>;
}
/* The request bodies are the adapter's own; their shapes are asserted in the tests. */
// oxlint-disable-next-line typescript/no-explicit-any
type Body = any;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function startQdrantDouble(): Promise<QdrantDouble> {
  const collections = new Map<string, Collection>();
  const aliases = new Map<string, string>();
  const requests: { call: string; body: unknown }[] = [];
  let instead: number | 'hang' | undefined;
  let version = '1.18.0';

  const collection = (name: string): Collection => {
    const found = collections.get(aliases.get(name) ?? name);
    if (found === undefined) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    return found;
  };

  const routes: [string, RegExp, (name: string, body: Body) => unknown][] = [
    [
      'GET',
      /^\/aliases$/u,
      () => ({ aliases: [...aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name })) }),
    ],
    [
      'POST',
      /^\/collections\/aliases$/u,
      (_name, body) => {
        for (const action of body.actions) {
          if (action.delete_alias) aliases.delete(action.delete_alias.alias_name);
          else aliases.set(action.create_alias.alias_name, action.create_alias.collection_name);
        }
        return true;
      },
    ],
    ['GET', /^\/collections$/u, () => ({ collections: [...collections.keys()].map((name) => ({ name })) })],
    ['GET', /^\/collections\/([^/]+)\/exists$/u, (name) => ({ exists: collections.has(name) })],
    [
      'GET',
      /^\/collections\/([^/]+)$/u,
      (name) => ({ config: { params: { vectors: { size: collection(name).size, distance: 'Cosine' } } } }),
    ],
    [
      'PUT',
      /^\/collections\/([^/]+)$/u,
      (name, body) => {
        if (collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
        collections.set(name, { size: body.vectors.size, points: new Map() });
        return true;
      },
    ],
    ['DELETE', /^\/collections\/([^/]+)$/u, (name) => collections.delete(name)],
    ['PUT', /^\/collections\/([^/]+)\/index$/u, (name) => collection(name) && { status: 'completed' }],
    [
      'POST',
      /^\/collections\/([^/]+)\/points\/batch$/u,
      (name, body) => {
        const held = collection(name);
        return body.operations.map(({ upsert }: Body) => {
          for (const point of upsert.points) upsertOne(held, point, upsert.update_filter);
          return { status: 'completed' };
        });
      },
    ],
    [
      'POST',
      /^\/collections\/([^/]+)\/points\/delete$/u,
      (name, body) => {
        const { points } = collection(name);
        const among = [...points.values()].filter((point) => body.filter !== undefined && holds(point, body.filter));
        for (const id of body.points ?? among.map((point) => point.id)) points.delete(id);
        return { status: 'completed' };
      },
    ],
    ['POST', /^\/collections\/([^/]+)\/points\/count$/u, (name) => ({ count: collection(name).points.size })],
    ['POST', /^\/collections\/([^/]+)\/points\/scroll$/u, (name, body) => scrollOf(collection(name), body)],
    [
      'POST',
      /^\/collections\/([^/]+)\/points$/u,
      (name, body) => body.ids.flatMap((id: string) => collection(name).points.get(id) ?? []),
    ],
    ['POST', /^\/collections\/([^/]+)\/points\/query$/u, (name, body) => ({ points: queryOf(collection(name), body) })],
  ];

  const reply = (method: string, path: string, body: unknown): [status: number, reply: unknown] => {
    if (typeof instead === 'number') return [instead, { status: { error: 'as told' } }];
    if (path === '/') return [200, { title: 'qdrant - vector search engine', version }];
    for (const [routeMethod, pattern, handle] of routes) {
      const match = method === routeMethod ? pattern.exec(path) : null;
      if (match === null) continue;
      try {
        return [200, { result: handle(decodeURIComponent(match[1] ?? ''), body), status: 'ok', time: 0 }];
      } catch (error) {
        if (error instanceof Refusal) return [error.status, { status: { error: error.message }, time: 0 }];
        throw error;
      }
    }
    return [501, { status: { error: `the double knows no ${method} ${path}` } }];
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    const body = await bodyOf(request);
    requests.push({ call: `${method} ${url}`, body });
    if (instead === 'hang') return;
    const [status, answer] = reply(method, new URL(url, 'http://double').pathname, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (answer) => (instead = answer),
    setVersion: (given) => (version = given),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text === '' ? undefined : JSON.parse(text);
}

function checkSize({ size }: Collection, vector: readonly number[]): void {
  if (vector.length === size) return;
  throw new Refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}`);
}

function upsertOne(held: Collection, point: Point, condition: Filter | undefined): void {
  checkSize(held, point.vector);
  const stored = held.points.get(point.id);
  if (stored === undefined || holds(stored, condition)) held.points.set(point.id, point);
}

function scrollOf(held: Collection, body: Body): { points: Point[]; next_page_offset: string | null } {
  const { limit, offset = '', order_by: order } = body;
  const all = [...held.points.values()].toSorted((a, b) =>
    order === undefined ? (a.id < b.id ? -1 : 1) : Number(b.payload[order.key]) - Number(a.payload[order.key]),
  );
  const rest = order === undefined ? all.filter(({ id }) => id >= offset) : all;
  return { points: rest.slice(0, limit), next_page_offset: order === undefined ? (rest[limit]?.id ?? null) : null };
}

function queryOf(held: Collection, body: Body): { id: string; score: number; version: number }[] {
  checkSize(held, body.query);
  return [...held.points.values()]
    .filter((point) => holds(point, body.filter))
    .map((point) => ({ id: point.id, score: cosine(point.vector, body.query), version: 0 }))
    .filter(({ score }) => body.score_threshold === undefined || score >= body.score_threshold)
    .toSorted((a, b) => b.score - a.score)
    .slice(body.offset, body.offset + body.limit);
}

function holds(point: Point, filter: Filter | undefined): boolean {
  const { must = [], must_not = [] } = filter ?? {};
  return must.every((condition) => meets(point, condition)) && !must_not.some((condition) => meets(point, condition));
}

function meets(point: Point, { key = '', match, range, has_id }: Condition): boolean {
  if (has_id !== undefined) return has_id.includes(point.id);
  const values = [point.payload[key]].flat();
  return values.some((value) => {
    if (match !== undefined) return match.any.includes(value as string);
    const number = value as number;
    return (
      (range?.lt === undefined || number < range.lt) &&
      (range?.lte === undefined || number <= range.lte) &&
      (range?.gte === undefined || number >= range.gte)
    );
  });
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, number, place) => sum + number * (b[place] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
