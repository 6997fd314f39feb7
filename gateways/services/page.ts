/** A part of a list, in its order. */
export interface Page<Item> {
  readonly items: readonly {
    readonly item: Item;
    /** What comes after this item begins here. */ readonly cursor: string;
  }[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
}
