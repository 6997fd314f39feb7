/** A part of a list, in its order. */
export interface Page<Item> {
  readonly items: readonly Placed<Item>[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
}

interface Placed<Item> {
  readonly item: Item;
  /** What comes after this item begins here. */
  readonly cursor: string;
}

/** @param rows one more than the page may hold, where there are so many: then there is a next page */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, place: (row: Row) => Placed<Item>): Page<Item> {
  const items = rows.slice(0, limit).map(place);
  return { items, next: rows.length > limit ? (items.at(-1)?.cursor ?? null) : null };
}
