import { drop, emit, type Handler, type Message, type Outcome } from '../../streams/stage.ts';
import type { EmbedMemory, Remembered } from './memory.ts';

export type EmbedHandler = Extract<Handler<'article-enriched', 'article-embedded'>, { kind: 'batch' }>;

type In = Message<'article-enriched'>;
type Out = Outcome<'article-embedded'>;

/**
 * Keeps from the handler what `enrich` has written anew without a change in what vectors and their records are made
 * from, as after a replay with a better enricher: a vector costs more than all other stages together, and what follows
 * from it would be judged anew too.
 *
 * That a record comes again is told by its offset. A later one with the same facts says nothing new. The same one, or an
 * earlier one, means that this stage is replayed or died: it is worked on as ever.
 *
 * @param factsOf a hash of all that the output is made from; equal for equal outputs but for their version
 */
export function onlyNews(
  handler: EmbedHandler,
  memory: EmbedMemory,
  factsOf: (value: NonNullable<In['value']>) => string,
): EmbedHandler {
  /** Articles whose output is on its way, with the offset that it is from: what is remembered of them is not the last. */
  const underWay = new Map<string, bigint>();

  return {
    ...handler,
    async process(messages, context) {
      const ids = [...new Set(messages.map(({ key }) => key))];
      const known = await memory.of(ids);
      const remembered = new Map(ids.map((id, at) => [id, known[at] ?? null]));
      const facts = messages.map(({ value }) => (value === null ? '' : factsOf(value)));
      const before = new Set(underWay.keys());
      const verdicts = messages.map((message, at) => {
        const last = before.has(message.key) ? null : (remembered.get(message.key) ?? null);
        const verdict = judge(message, facts[at] ?? '', last);
        if (verdict === 'embed') before.add(message.key);
        return verdict;
      });

      const news = messages.filter((_, at) => verdicts[at] === 'embed');
      const changed = messages.filter(
        ({ key }, at) => verdicts[at] === 'embed' && (remembered.get(key)?.facts ?? facts[at]) !== facts[at],
      );
      // Before the output: a crash in between must not leave what was said before as what was said last.
      await memory.forget(changed.map(({ key }) => key));
      const outcomes = news.length === 0 ? [] : await handler.process(news, context);
      let next = 0;
      return Promise.all(
        messages.map(async (message, at): Promise<Out> => {
          const record = rememberedOf(message, facts[at] ?? '');
          if (verdicts[at] === 'outdated') return drop('outdated');
          if (verdicts[at] === 'same') {
            if (record !== null) await memory.remember(message.key, record);
            return drop('embedded-already');
          }
          const outcome = outcomes[next++];
          if (outcome?.kind !== 'emit') throw new Error('one output a message');
          underWay.set(message.key, message.offset);
          return emit(outcome.outputs, async () => {
            if (record !== null) await memory.remember(message.key, record);
            if (underWay.get(message.key) === message.offset) underWay.delete(message.key);
          });
        }),
      );
    },
  };
}

function judge(message: In, facts: string, last: Remembered | null): 'embed' | 'same' | 'outdated' {
  const { value, partition, offset } = message;
  if (value === null || last === null || last.partition !== partition || offset <= last.offset) return 'embed';
  // A history that is not compacted yet tells of what the article said before, too.
  if (value.article.version < last.articleVersion) return 'outdated';
  return facts === last.facts ? 'same' : 'embed';
}

function rememberedOf({ value, partition, offset }: In, facts: string): Remembered | null {
  return value === null ? null : { partition, offset, articleVersion: value.article.version, facts };
}
