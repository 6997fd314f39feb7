interface Kept {
  readonly childNodes: readonly Kept[];
  /** Of elements. */
  readonly attributeMap?: ReadonlyMap<string, string>;
}

/** Children of an element, as they were. */
export class Snapshot<Node extends Kept & { clone(): Node }> {
  private readonly copies: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.copies = nodes.map((node) => node.clone());
  }

  nodes(): readonly Node[] {
    return this.copies.map((node) => node.clone());
  }

  /** What Readability looks for addresses of videos in. */
  toString(): string {
    return this.copies.map(addressesIn).join(' ');
  }
}

function addressesIn({ attributeMap, childNodes }: Kept): string {
  return attributeMap === undefined ? '' : [...attributeMap.values(), ...childNodes.map(addressesIn)].join(' ');
}
