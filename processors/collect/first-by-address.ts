import { canonicalizeUrl } from '../../domain/canonical-url.ts';

interface Listed {
  readonly url: string;
  readonly title?: string | null | undefined;
}

/** The first of each address, or the first with a title: pages link pictures before headlines. In the order given. */
export function firstByAddress<Item extends Listed>(items: readonly Item[]): Item[] {
  const byAddress = new Map<string, Item>();
  for (const item of items) {
    const address = addressOf(item);
    const first = byAddress.get(address);
    if (first === undefined || (!hasTitle(first) && hasTitle(item))) byAddress.set(address, item);
  }
  return [...byAddress.values()];
}

/** @returns how many have the address of one that was kept, but say something else: then the address is not theirs */
export function othersAtSameAddress<Item extends Listed>(items: readonly Item[], kept: readonly Item[]): number {
  const titles = new Map(kept.map((item) => [addressOf(item), item.title]));
  return items.filter((item) => hasTitle(item) && item.title !== titles.get(addressOf(item))).length;
}

function addressOf({ url }: Listed): string {
  return canonicalizeUrl(url) ?? url;
}

function hasTitle({ title }: Listed): boolean {
  return title !== undefined && title !== null && title !== '';
}
