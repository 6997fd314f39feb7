/** More than so many in one process, and a stage waits in place instead: they are remembered in memory. */
const maxPutOff = 10_000;

/** Which keys have messages in the retry topic that are not done, so that later messages of theirs go behind them. */
export class PutOffKeys {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get size(): number {
    return this.#counts.size;
  }

  get isFull(): boolean {
    return this.#total >= maxPutOff;
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#total += 1;
  }

  remove(key: string): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    this.#total -= 1;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
  }

  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }
}
