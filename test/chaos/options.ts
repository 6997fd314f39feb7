import { parseArgs } from 'node:util';
import { type FailPoint, failPoints } from '../../streams/fail-points.ts';
import { pointsInProcesses } from './faults/kills.ts';

export const phases = ['kills', 'stops', 'engines', 'vectors', 'storm', 'rebuilds', 'repeats'] as const;
export type Phase = (typeof phases)[number];

export interface ChaosOptions {
  readonly articles: number;
  readonly seed: number;
  readonly brokers: number;
  readonly client: 'kafkajs' | 'platformatic';
  /** Versions a second. */
  readonly rate: number;
  readonly only: readonly Phase[];
  /** Steps one after the other; of each, lanes side by side; of each, phases one after the other. */
  readonly order: readonly (readonly (readonly Phase[])[])[];
  /** Whether a run fails that did not meet every fault so often: the small one leaves it to luck which it meets. */
  readonly mustMeetAll: boolean;
  /** How often each fail point, and each process type, is killed. */
  readonly timesEach: number;
  readonly points: readonly FailPoint[];
  readonly stops: number;
  readonly engineRounds: number;
  readonly vectors: { readonly times: number; readonly ms: number };
  readonly stormMs: number;
  readonly rebuildsEach: number;
  readonly drainMs: number;
  readonly textCharacters: number;
  readonly json: string | undefined;
  readonly keep: boolean;
}

/** Faults of processes and faults of engines meet each other; rebuilds are only quick where both are over. */
const order: ChaosOptions['order'] = [
  [
    ['kills', 'stops'],
    ['engines', 'vectors', 'storm'],
  ],
  [['rebuilds'], ['repeats']],
];

/** What a few minutes can hold. */
const smokePoints: readonly FailPoint[] = [
  'handled',
  'produced',
  'dedup-decided',
  'postgres-written',
  'outbox-sent',
  'retry-written',
  'dead-letter-written',
];

const help = `npm run chaos -- [options]
  --articles N     articles that are made (20000)
  --rate N         versions a second (18)
  --seed N         of articles and schedule (1)
  --brokers N      Kafka brokers, 1 or 3 (1)
  --client NAME    kafkajs or platformatic (platformatic)
  --only a,b       of the phases: ${phases.join(', ')}; "none" for a run without faults
  --points a,b     fail points of the kills (all)
  --times N        kills at each of them (5)
  --smoke          one of each, in some two minutes
  --json FILE      the report as JSON
  --keep           leaves ledger, journal and logs, and says where`;

/** @throws Error with the help where they cannot be used */
export function chaosOptions(args: readonly string[]): ChaosOptions {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        articles: { type: 'string' },
        rate: { type: 'string' },
        seed: { type: 'string', default: '1' },
        brokers: { type: 'string', default: '1' },
        client: { type: 'string', default: 'platformatic' },
        only: { type: 'string' },
        smoke: { type: 'boolean', default: false },
        json: { type: 'string' },
        keep: { type: 'boolean', default: false },
        times: { type: 'string' },
        points: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${help}`, { cause: error });
  }
  const { smoke, client } = parsed;
  if (client !== 'kafkajs' && client !== 'platformatic') throw new Error(`--client ${client}\n${help}`);
  const only = (parsed.only ?? phases.join(',')).split(',').filter((name) => name !== 'none');
  const unknown = only.filter((name) => !phases.some((phase) => phase === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}\n${help}`);
  const points = parsed.points?.split(',') ?? (smoke ? smokePoints : pointsInProcesses);
  return {
    articles: whole('articles', parsed.articles, smoke ? 400 : 20_000),
    rate: whole('rate', parsed.rate, smoke ? 8 : 18),
    seed: whole('seed', parsed.seed, 1),
    brokers: whole('brokers', parsed.brokers, 1),
    client,
    only: only as readonly Phase[],
    order,
    mustMeetAll: !smoke,
    timesEach: whole('times', parsed.times, smoke ? 1 : 5),
    points: points.filter((point): point is FailPoint => Object.hasOwn(failPoints, point)),
    stops: smoke ? 2 : 20,
    engineRounds: smoke ? 1 : 10,
    vectors: smoke ? { times: 1, ms: 8_000 } : { times: 3, ms: 60_000 },
    stormMs: smoke ? 10_000 : 180_000,
    rebuildsEach: smoke ? 0 : 5,
    drainMs: smoke ? 120_000 : 1_800_000,
    textCharacters: smoke ? 400 : 600,
    json: parsed.json,
    keep: parsed.keep,
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} ${text}\n${help}`);
  return value;
}
