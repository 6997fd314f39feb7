import type { ArticleEmbedded } from '../../schemas/types.ts';
import type { VectorIndex, VectorPoint } from '../vector-index/port.ts';

/** Some 3 KB each. */
const maxKept = 2_000;

/** Vectors that have just come by, before the store has them; those of before from the store. */
export class RecentVectors implements Pick<VectorIndex, 'fetch'> {
  readonly #store: Pick<VectorIndex, 'fetch'>;
  readonly #kept = new Map<string, VectorPoint>();
  /** Articles whose vectors the store lacks are waited for by this; they may have none yet. */
  readonly #untilStored: (ids: readonly string[]) => Promise<void>;

  constructor(store: Pick<VectorIndex, 'fetch'>, untilStored: (ids: readonly string[]) => Promise<void>) {
    this.#store = store;
    this.#untilStored = untilStored;
  }

  take(key: string, value: ArticleEmbedded | null): void {
    const known = this.#kept.get(key);
    if (value !== null && (known?.version ?? 0) > value.version) return;
    this.#kept.delete(key);
    if (value === null) return;
    const { article_id, version, vector, visibility, feed_ids, language, published_at, model } = value;
    const payload = { visibility, feedIds: feed_ids, language, publishedAt: published_at, model };
    this.#kept.set(key, { articleId: article_id, version, vector, payload });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? '');
  }

  async fetch(ids: readonly string[]): Promise<readonly VectorPoint[]> {
    const kept = ids.flatMap((id) => this.#kept.get(id) ?? []);
    const missing = ids.filter((id) => !this.#kept.has(id));
    if (missing.length === 0) return kept;
    const stored = await this.#store.fetch(missing);
    const lacking = missing.filter((id) => stored.every(({ articleId }) => articleId !== id));
    if (lacking.length === 0) return [...kept, ...stored];
    await this.#untilStored(lacking);
    return [...kept, ...stored, ...(await this.#store.fetch(lacking))];
  }
}
