import { z } from 'zod';
import type { Page } from '../services/page.ts';
import type { Services } from '../services/services.ts';
import { type SettingsList, settingsListSchema } from '../services/settings/settings-list.ts';
import { idSchema } from '../services/text-schema.ts';
import { collectionSchema, documentSchema, type Resource } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { type Route, route } from './route.ts';

/** What an organisation makes, changes and removes, one by one. */
interface Kept<Item, New, Changes> {
  create(input: New): Promise<Item>;
  get(id: string): Promise<Item>;
  list(input: SettingsList): Promise<Page<Item>>;
  change(id: string, changes: Changes): Promise<Item>;
  remove(id: string): Promise<void>;
}

/** Of an operation, for people. */
interface Words {
  readonly summary?: string;
  readonly description?: string;
  /** The reply. */
  readonly describes?: string;
}

export interface ResourceDeclaration<
  Item extends { readonly id: string },
  New extends z.ZodObject,
  Changes extends z.ZodObject,
> {
  /** Of the resource, and the end of its address: saved-searches. */
  readonly type: string;
  /** Default: the type. */
  readonly tag?: string;
  /** One and many of them in operation ids: SavedSearch, SavedSearches. */
  readonly operations: readonly [string, string];
  /** One and many of them in words: saved search, saved searches. */
  readonly nouns: readonly [string, string];
  readonly schema: z.ZodType;
  readonly newSchema: New;
  readonly changesSchema: Changes;
  readonly words: {
    readonly create: Words & { readonly summary: string };
    readonly list?: Words;
    readonly change?: Words;
    readonly remove?: Words;
  };
  service(services: Services): Kept<Item, z.output<New>, z.output<Changes>>;
}

const params = z.strictObject({ id: idSchema });

/** The five routes by which such things are made, listed, read, changed and removed, and how one is shown. */
export function resourceRoutes<
  Item extends { readonly id: string },
  New extends z.ZodObject,
  Changes extends z.ZodObject,
>(
  declaration: ResourceDeclaration<Item, New, Changes>,
): { readonly routes: readonly Route[]; resource(item: Item): Resource } {
  const { type, tag = type, words, schema, newSchema, changesSchema } = declaration;
  const [operation, operations] = declaration.operations;
  const [noun, nouns] = declaration.nouns;
  const path = `/api/v1/${type}`;
  const document = documentSchema(schema);
  const resource = ({ id, ...attributes }: Item): Resource => ({ type, id, attributes, relationships: {} });

  const create = route({
    method: 'post',
    path,
    operationId: `create${operation}`,
    tag,
    ...said(words.create, words.create.summary),
    body: { kind: 'resource', type, attributes: newSchema },
    reply: { describes: words.create.describes ?? `The new ${noun}`, document },
    async handle({ attributes }, services) {
      return { kind: 'resource', resource: resource(await declaration.service(services).create(attributes)) };
    },
  });

  const list = route({
    method: 'get',
    path,
    operationId: `list${operations}`,
    tag,
    ...said(words.list, `List the organisation's ${nouns}, newest first`),
    query: settingsListSchema,
    reply: { describes: `A page of ${nouns}`, document: collectionSchema(schema) },
    async handle({ query, self }, services) {
      const page = await declaration.service(services).list(query);
      const resources = page.items.map(({ item }) => resource(item));
      return { kind: 'collection', resources, links: pageLinks(self, page.next) };
    },
  });

  const read = route({
    method: 'get',
    path: `${path}/{id}`,
    operationId: `get${operation}`,
    tag,
    summary: `Read one ${noun}`,
    params,
    reply: { describes: `The ${noun}`, document },
    async handle({ params: { id } }, services) {
      return { kind: 'resource', resource: resource(await declaration.service(services).get(id)) };
    },
  });

  const change = route({
    method: 'patch',
    path: `${path}/{id}`,
    operationId: `change${operation}`,
    tag,
    ...said(words.change, `Change a ${noun}`),
    params,
    body: { kind: 'resource', type, attributes: changesSchema },
    reply: { describes: `The ${noun} as it is now`, document },
    async handle({ params: { id }, attributes }, services) {
      return { kind: 'resource', resource: resource(await declaration.service(services).change(id, attributes)) };
    },
  });

  const remove = route({
    method: 'delete',
    path: `${path}/{id}`,
    operationId: `delete${operation}`,
    tag,
    ...said(words.remove, `Delete a ${noun}`),
    params,
    reply: { describes: 'It is gone', document: null },
    async handle({ params: { id } }, services) {
      await declaration.service(services).remove(id);
      return { kind: 'nothing' };
    },
  });

  return { routes: [create, list, read, change, remove], resource };
}

function said(
  { summary, description }: Words = {},
  otherwise: string,
): Pick<Words, 'description'> & { summary: string } {
  return { summary: summary ?? otherwise, ...(description === undefined ? {} : { description }) };
}
