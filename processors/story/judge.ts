import { setTimeout as sleep } from 'node:timers/promises';
import type { ArticleStory } from '../../schemas/types.ts';
import { TransientError } from '../../streams/errors.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { drop, emit, type Message, type Outcome, type Output } from '../../streams/stage.ts';
import { type Decision, type Known, override, placeArticle, removeFromStory } from './decisions.ts';
import { type Entered, newToken, type StoryMemory, type Written } from './memory.ts';
import { unpack } from './packed-story.ts';
import { StoryIndex } from './story-index.ts';
import { type Story, updateOf } from './story-state.ts';

export type In = 'story-override' | 'article-embedded';
export type Out = 'article-story' | 'story-update';

export interface JudgeOptions {
  readonly memory: StoryMemory;
  /** Rebuilds the memory; called when its marker is missing. */
  readonly prepare: () => Promise<void>;
  readonly windowDays: number;
  readonly memoryDays: number;
  readonly revision: number;
}

/** Another process judges for some milliseconds; one that died holds the lock for 15 s. */
const busyPollMs = 10;
const busyPolls = 2_000;

/**
 * Judges messages with an index in this process that follows the memory in Redis. One process judges at a time, over
 * all partitions: two articles about one event that arrive at once on two workers must find each other. What is
 * decided is written before it is produced, so that it is decided once.
 */
export class StoryJudge {
  readonly #options: JudgeOptions;
  #index: StoryIndex;
  #epoch = '';
  #after = 0;
  #merges: ReadonlyMap<string, string> = new Map();
  /** One batch after the other: the index is one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#index = new StoryIndex(options);
  }

  judge(messages: readonly Message<In>[]): Promise<readonly Outcome<Out>[]> {
    const turn = this.#turn.then(() => this.#judgeInTurn(messages));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #judgeInTurn(messages: readonly Message<In>[]): Promise<readonly Outcome<Out>[]> {
    const ids = [...new Set(messages.flatMap(articleIds))];
    for (;;) {
      const token = newToken();
      const entered = await this.#enter(token, ids);
      try {
        const outcomes = await this.#decide(token, entered, ids, messages);
        if (outcomes !== undefined) return outcomes;
      } catch (error) {
        // The index holds what may never have been written.
        this.#forget();
        throw error;
      }
      this.#forget();
    }
  }

  /** @returns what the lock's holder needs to know; the index is then as the memory is */
  async #enter(token: string, articles: readonly string[]): Promise<Entered> {
    for (let polls = 0; polls < busyPolls;) {
      const request = { token, epoch: this.#epoch, after: this.#after, articles, merges: this.#merges.size };
      const reply = await this.#options.memory.enter(request);
      if (reply.kind === 'entered') {
        this.#follow(reply);
        if (!reply.more) return reply;
      } else if (reply.kind === 'busy') {
        polls += 1;
        await sleep(busyPollMs);
      } else {
        this.#forget();
        if (reply.kind === 'unprepared') await this.#options.prepare();
      }
    }
    throw new TransientError('another process has been judging stories for too long');
  }

  #follow({ epoch, upTo, stories, gone, merges }: Entered): void {
    for (const id of gone) this.#index.drop(id);
    for (const [id, packed] of stories) {
      if (packed === null) this.#index.drop(id);
      else this.#index.put(unpack(packed));
    }
    this.#epoch = epoch;
    this.#after = upTo;
    this.#merges = merges ?? this.#merges;
  }

  #forget(): void {
    this.#index = new StoryIndex(this.#options);
    this.#epoch = '';
    this.#after = 0;
    this.#merges = new Map();
  }

  /** @returns undefined where the lock was lost meanwhile: nothing is decided then */
  async #decide(
    token: string,
    entered: Entered,
    ids: readonly string[],
    messages: readonly Message<In>[],
  ): Promise<readonly Outcome<Out>[] | undefined> {
    const { memory, memoryDays, revision } = this.#options;
    const assignments = new Map<string, ArticleStory | null>(ids.map((id, at) => [id, entered.articles[at] ?? null]));
    let { newest } = entered;
    const known: Known = {
      index: this.#index,
      assignment: (id) => assignments.get(id) ?? null,
      merges: this.#merges,
      forgottenBefore: newest - memoryDays * 86_400_000_000,
    };
    const changed = new Map<string, Story | string>();
    const decided = new Map<string, ArticleStory | null>();
    let merges: Readonly<Record<string, string>> = {};
    const decisions = messages.map((message) => {
      const decision = decisionOn(message, revision, known);
      if (decision.kind === 'drop' || decision.isRepeat === true) return decision;
      merges = { ...merges, ...decision.merges };
      for (const [id, assignment] of decision.articles) {
        assignments.set(id, assignment);
        decided.set(id, assignment);
        newest = Math.max(newest, assignment?.version ?? 0);
      }
      for (const story of decision.stories) changed.set(idOf(story), story);
      return decision;
    });
    const committed = await memory.commit(token, entered.epoch, {
      stories: [...changed.values()],
      articles: [...decided],
      merges,
      newest,
    });
    if (committed === null) return undefined;
    passFailPoint('story-decided');
    this.#after = committed.upTo;
    for (const id of committed.gone) this.#index.drop(id);
    return this.#outcomes(decisions, entered.owed);
  }

  #outcomes(decisions: readonly Decision[], owed: Entered['owed']): readonly Outcome<Out>[] {
    // A story that several messages have changed is written once, behind the last of them.
    const last = new Map<string, number>();
    for (const [at, decision] of decisions.entries()) {
      if (decision.kind === 'decided') for (const story of decision.stories) last.set(idOf(story), at);
    }
    let owedOutputs = owed.map(([id, version]) => this.#owedOutput(id, version));
    return decisions.map((decision, at) => {
      if (decision.kind === 'drop') return drop(decision.reason);
      const stories = decision.stories.filter((story) => last.get(idOf(story)) === at).map(storyOutput);
      const written = [...stories, ...owedOutputs.flatMap((one) => one ?? [])];
      owedOutputs = [];
      const outputs: Output<Out>[] = [
        ...decision.articles.map(([key, value]): Output<Out> => ({ topic: 'article-story', key, value })),
        ...written.map(({ output }) => output),
      ];
      return emit(outputs, () => this.#options.memory.acknowledge(written.map((one) => one.written)));
    });
  }

  /** Decided by a process that died before it had written it, or written in the wrong order by two. */
  #owedOutput(id: string, version: number | null): StoryOutput | undefined {
    const story = this.#index.get(id);
    if (version === null) return storyOutput(id);
    // It has left the memory meanwhile: it waits for nobody any more.
    return story === undefined ? undefined : storyOutput(story);
  }
}

interface StoryOutput {
  readonly output: Output<Out>;
  readonly written: Written;
}

function storyOutput(story: Story | string): StoryOutput {
  if (typeof story === 'string') {
    const output: Output<Out> = { topic: 'story-update', key: story, value: null };
    return { output, written: { id: story, version: Number.MAX_SAFE_INTEGER, gone: true } };
  }
  const output: Output<Out> = { topic: 'story-update', key: story.id, value: updateOf(story) };
  return { output, written: { id: story.id, version: story.version, gone: false } };
}

const idOf = (story: Story | string) => (typeof story === 'string' ? story : story.id);

function articleIds(message: Message<In>): readonly string[] {
  if (message.topic === 'article-embedded') return [message.key];
  return message.value?.articles.map(({ article_id: id }) => id) ?? [];
}

function decisionOn(message: Message<In>, revision: number, known: Known): Decision {
  if (message.topic === 'article-embedded') {
    if (message.value === null) return removeFromStory(message.key, known);
    return placeArticle(message.value, revision, known);
  }
  return message.value === null
    ? { kind: 'drop', reason: 'override-withdrawn' }
    : override(message.value, revision, known);
}
