import { messageOf, TransientError } from '../../streams/errors.ts';
import { openEmbedder } from '../../domain/embedding/embedder.ts';
import type { Query } from '../../domain/query/ast.ts';
import type { DocumentVector } from '../../domain/query/document.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { openQueryEmbedder, type QueryEmbedder } from '../services/search/query-embedder.ts';

/** The texts of near in a query. */
export function nearTextsOf(query: Query): readonly string[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return [...new Set(query.clauses.flatMap(nearTextsOf))];
    case 'not':
      return nearTextsOf(query.clause);
    case 'near':
      return [query.text];
    default:
      return [];
  }
}

/** Whether the query asks if an article is a copy. */
export function asksForCopies(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.clauses.some(asksForCopies);
    case 'not':
      return asksForCopies(query.clause);
    default:
      return query.kind === 'value' && query.field === 'is' && query.value !== 'dropped';
  }
}

const maxKept = 10_000;

/** Vectors of what queries are near to, each made once. The model is loaded when the first query asks for meaning. */
export class NearTexts {
  readonly #runtime: Pick<Runtime, 'config' | 'log'>;
  readonly #vectors = new Map<string, DocumentVector>();
  #embedder: QueryEmbedder | undefined;

  constructor(runtime: Pick<Runtime, 'config' | 'log'>) {
    this.#runtime = runtime;
  }

  /** @throws TransientError while the model cannot be used */
  async vectorsOf(query: Query): Promise<ReadonlyMap<string, DocumentVector>> {
    const vectors = new Map<string, DocumentVector>();
    for (const text of nearTextsOf(query)) vectors.set(text, await this.#vectorOf(text));
    return vectors;
  }

  async close(): Promise<void> {
    await this.#embedder?.close();
  }

  async #vectorOf(text: string): Promise<DocumentVector> {
    const known = this.#vectors.get(text);
    if (known !== undefined) return known;
    const { config, log } = this.#runtime;
    this.#embedder ??= openQueryEmbedder(
      () => openEmbedder({ modelDir: config.embedding.modelDir, threads: 1, log }),
      log,
    );
    try {
      const { model, vector } = await this.#embedder.embed(text);
      const made = { model, values: vector };
      if (this.#vectors.size >= maxKept) this.#vectors.clear();
      this.#vectors.set(text, made);
      return made;
    } catch (error) {
      throw new TransientError(`what a query is near to cannot be told yet: ${messageOf(error)}`, { cause: error });
    }
  }
}
