import type { Word } from '../check/findings.ts';

/** One change of a source file. What is to be found must stand there exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A build of the product with one fault, and what the checker must say of it. */
export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly edits: readonly Edit[];
  readonly caughtAs: Word;
  /** As MIMIR_FAIL_AT of the first start: what only a crash shows. */
  readonly failAt?: string;
  /** Only old records that come again show it. */
  readonly needsRepeats?: true;
}

/** Between a stage's outputs and the producer. */
const sending = (how: string): readonly Edit[] => [
  {
    file: 'streams/runner/send-queue.ts',
    find: 'await producer.send(records);',
    replace: `await producer.send((await import('../../test/chaos/faulty/tamper.ts')).${how}(records));`,
  },
];

const upsertGuard = "${assignments.join(', ')} where excluded.version > stored.version";

export const faults: readonly Fault[] = [
  { name: 'dropped', what: 'now and then a record is not sent', edits: sending('dropped'), caughtAs: 'lost' },
  {
    name: 'doubled',
    what: 'now and then a record is sent again as another event',
    edits: sending('doubled'),
    caughtAs: 'duplicate',
  },
  {
    name: 'swapped',
    what: 'two records exchange their values',
    edits: sending('swapped'),
    caughtAs: 'wrong-content',
  },
  {
    name: 'reordered',
    what: 'the first version of an article is sent behind its second',
    edits: sending('reordered'),
    caughtAs: 'backwards',
  },
  {
    name: 'wrong-content',
    what: 'one letter of a text changes',
    edits: sending('misspelt'),
    caughtAs: 'wrong-content',
  },
  {
    name: 'early-commit',
    what: 'offsets are committed once records are delivered, before they have an effect',
    edits: [
      {
        file: 'streams/runner/partition-work.ts',
        find: 'this.#position ??= record.offset;',
        replace: 'this.#position = record.offset + 1n;',
      },
      {
        file: 'streams/runner/partition-work.ts',
        find: 'this.#position = (this.#slots[this.#firstSlot]?.offset ?? 0n) + 1n;',
        replace: '',
      },
      { file: 'streams/runner/limits.ts', find: 'commitIntervalMs: 1_000,', replace: 'commitIntervalMs: 0,' },
    ],
    caughtAs: 'lost',
    // With the first thing that is done, all is committed that was delivered.
    failAt: 'extract:committed',
  },
  {
    name: 'skipped-guard',
    what: 'the Postgres view writes whatever comes, older versions too',
    edits: [
      {
        file: 'gateways/views/postgres/write.ts',
        find: upsertGuard,
        replace: "${assignments.join(', ')}",
      },
    ],
    caughtAs: 'backwards',
    needsRepeats: true,
  },
  {
    name: 'blind-increment',
    what: 'the Postgres view adds to what is stored instead of replacing it',
    edits: [
      {
        file: 'gateways/views/postgres/write.ts',
        find: upsertGuard,
        replace:
          "${assignments.join(', ').replace('word_count = excluded', 'word_count = stored.word_count + excluded')} where excluded.version > stored.version",
      },
    ],
    caughtAs: 'wrong-content',
  },
  {
    name: 'counted-up',
    what: 'the metrics add what they count to what they had counted',
    edits: [
      {
        file: 'gateways/metrics/recount.ts',
        find: 'do update set metric_value = excluded.metric_value where stored.metric_value <> excluded.metric_value',
        replace: 'do update set metric_value = stored.metric_value + excluded.metric_value',
      },
    ],
    caughtAs: 'wrong-content',
    needsRepeats: true,
  },
  {
    name: 'alerted-anew',
    what: 'an alert has an id of its own each time that it is raised',
    edits: [
      {
        file: 'gateways/alerts/raise-alerts.ts',
        find: "derivedId('alert', organization_id, kind, subject, window);",
        replace: "derivedId('alert', organization_id, kind, subject, window, String(performance.now()));",
      },
    ],
    caughtAs: 'duplicate',
    needsRepeats: true,
  },
];

/**
 * Only collect puts messages off, and only while a site is in trouble. So that the retry topics are in the line of fire
 * all the time, the chaos run's extract puts every sixteenth article off for two seconds at its first try.
 */
export const puttingOff = {
  name: 'putting-off',
  stage: 'extract',
  edits: [
    {
      file: 'processors/extract/extract.ts',
      find: "outputs: ['article'],",
      replace: "outputs: ['article'], putsOff: true,",
    },
    {
      file: 'processors/extract/extract.ts',
      find: 'async process({ value }, { log }) {',
      replace: 'async process({ value }, { log, putOffSinceMs }) {',
    },
    {
      file: 'processors/extract/extract.ts',
      find: "if (value === null) return drop('tombstone');",
      replace: `if (value === null) return drop('tombstone');
          if (putOffSinceMs === undefined && value.article_id.endsWith('0')) {
            throw new (await import('../../streams/errors.ts')).PutOffError('chaos', 2_000);
          }`,
    },
  ],
} as const satisfies { readonly name: string; readonly stage: string; readonly edits: readonly Edit[] };
