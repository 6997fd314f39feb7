import type { Page } from '../services/page.ts';
import { builder } from './builder.ts';

export const pageInfoType = builder.objectRef<Page<unknown>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.boolean({ resolve: ({ next }) => next !== null }),
    endCursor: t.string({
      nullable: true,
      description: 'For `after`: where the next page begins; null on the last one',
      resolve: ({ next }) => next,
    }),
  }),
});

type Ref<Item> = ReturnType<typeof builder.objectRef<Item>>;

/** Edges and pages as Relay's specification of cursor connections names them, forwards only. */
export function connection<Item>(name: string, node: Ref<Item>): Ref<Page<Item>> {
  const edge = builder.objectRef<Page<Item>['items'][number]>(`${name}Edge`);
  edge.implement({
    fields: (t) => ({
      cursor: t.string({ resolve: ({ cursor }) => cursor }),
      node: t.field({ type: node, resolve: ({ item }) => item as never }),
    }),
  });
  const ref = builder.objectRef<Page<Item>>(`${name}Connection`);
  ref.implement({
    fields: (t) => ({
      edges: t.field({ type: [edge], resolve: ({ items }) => [...items] as never }),
      pageInfo: t.field({ type: pageInfoType, resolve: (page) => page }),
    }),
  });
  return ref;
}
