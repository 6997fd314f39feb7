import { canonicalizeUrl } from '../../domain/canonical-url.ts';

interface Listed {
  readonly url: string;
  readonly title?: string | null | undefined;
}

export interface FirstByAddress<Item> {
  /** The first of each address, or the first with a title: pages link pictures before headlines. In the order given. */
  readonly firsts: readonly Item[];
  /** How many have the address of one of these, but say something else: then the address is not theirs. */
  readonly others: number;
}

export function firstByAddress<Item extends Listed>(items: readonly Item[]): FirstByAddress<Item> {
  const firsts: Item[] = [];
  let others = 0;
  for (const group of Map.groupBy(items, ({ url }) => canonicalizeUrl(url) ?? url).values()) {
    const first = (group.find(hasTitle) ?? group[0]) as Item;
    firsts.push(first);
    others += group.filter((item) => hasTitle(item) && item.title !== first.title).length;
  }
  return { firsts, others };
}

function hasTitle({ title }: Listed): boolean {
  return title !== undefined && title !== null && title !== '';
}
