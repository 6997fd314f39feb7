import type { Embedder } from '../../domain/embedding/embedder.ts';
import type { TopicMatch } from '../../schemas/types.ts';
import type { Table } from '../../streams/table.ts';
import { matchOf, openOwnTopic, type OwnTopic } from './own-topic.ts';
import { centred, type Vector } from './vectors.ts';

export interface Judgement {
  /** In the order of organisation and topic. */
  readonly matches: TopicMatch[];
  /** When the definitions that it follows were changed last, in milliseconds since 1970. */
  readonly definedAtMs: number;
}

/** The topics of all organisations, kept as their definitions are. */
export class OwnTopics {
  readonly #table: Pick<Table<'topic-definition'>, 'changes' | 'changedAtMs' | 'entries'>;
  readonly #embedder: Pick<Embedder, 'embed'>;
  readonly #mean: Vector;
  readonly #known = new Map<string, { readonly definition: object; readonly topic: OwnTopic | null }>();
  #taken = -1;
  #definedAtMs = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(
    table: Pick<Table<'topic-definition'>, 'changes' | 'changedAtMs' | 'entries'>,
    embedder: Pick<Embedder, 'embed'>,
    mean: Vector,
  ) {
    this.#table = table;
    this.#embedder = embedder;
    this.#mean = mean;
  }

  /**
   * @param visibility of the article: public, or the organisation that alone may see it
   */
  async judge(vector: Vector, visibility: string): Promise<Judgement> {
    await this.#follow();
    return { matches: this.#matches(vector, visibility), definedAtMs: this.#definedAtMs };
  }

  #matches(vector: Vector, visibility: string): TopicMatch[] {
    const text = centred(vector, this.#mean);
    return [...this.#known.values()]
      .flatMap(({ topic }): TopicMatch[] => {
        if (topic === null || (visibility !== 'public' && visibility !== topic.organizationId)) return [];
        const match = matchOf(text, topic);
        if (match === null) return [];
        return [{ organization_id: topic.organizationId, topic_id: topic.topicId, ...match }];
      })
      .toSorted((a, b) => (a.organization_id + a.topic_id < b.organization_id + b.topic_id ? -1 : 1));
  }

  /** One at a time: messages that come meanwhile wait for the same definitions. */
  #follow(): Promise<void> {
    this.#underWay = this.#underWay.catch(() => undefined).then(() => this.#takeChanges());
    return this.#underWay;
  }

  async #takeChanges(): Promise<void> {
    const { changes, changedAtMs } = this.#table;
    if (changes === this.#taken) return;
    const entries = new Map(this.#table.entries());
    for (const key of this.#known.keys()) if (!entries.has(key)) this.#known.delete(key);
    for (const [key, definition] of entries) {
      if (this.#known.get(key)?.definition === definition) continue;
      this.#known.set(key, { definition, topic: await openOwnTopic(definition, this.#embedder, this.#mean) });
    }
    this.#taken = changes;
    this.#definedAtMs = changedAtMs;
  }
}
