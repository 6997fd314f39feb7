import type { Entry } from './partition-work.ts';

/**
 * Lets one message of a key be under way at a time, in the order of arrival. It outlives a rebalance: a record that is
 * delivered again waits until the handler that had it before has ended.
 */
export class KeyOrder {
  readonly #chains = new Map<string, Entry[]>();

  /**
   * @param overtakes of those that wait, whom the entry goes ahead of; nobody unless told
   * @returns true where the entry may start at once
   */
  enter(key: string, entry: Entry, overtakes?: (other: Entry) => boolean): boolean {
    const chain = this.#chains.get(key);
    if (chain === undefined) {
      this.#chains.set(key, [entry]);
      return true;
    }
    const ahead = overtakes === undefined ? -1 : chain.findIndex((other, place) => place > 0 && overtakes(other));
    if (ahead < 0) chain.push(entry);
    else chain.splice(ahead, 0, entry);
    return false;
  }

  /** @returns the entry of the same key that may start now */
  leave(key: string, entry: Entry): Entry | undefined {
    const chain = this.#chains.get(key);
    if (chain === undefined) return undefined;
    const at = chain.indexOf(entry);
    if (at >= 0) chain.splice(at, 1);
    if (chain.length === 0) this.#chains.delete(key);
    return at === 0 ? chain[0] : undefined;
  }

  /** Forgets entries that will never start; those under way keep their place. */
  forget(isGone: (entry: Entry) => boolean): void {
    for (const [key, chain] of this.#chains) {
      const rest = chain.filter((entry) => !isGone(entry));
      if (rest.length === 0) this.#chains.delete(key);
      else if (rest.length < chain.length) this.#chains.set(key, rest);
    }
  }
}
