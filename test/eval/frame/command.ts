import { parseArgs } from 'node:util';
import { readFlags } from '../../flags.ts';
import { type Outcome, reportOf } from './report.ts';

/** A command `npm run eval:NAME -- PATH`: measures one judgement of ours on labelled data. */
export interface EvalCommand {
  readonly name: string;
  /** What PATH is, for the usage line: "FILE" or "DIR". */
  readonly input: string;
  /** Further flags with a value, by name; each with the word that stands for the value in the usage line. */
  readonly flags?: Readonly<Record<string, string>>;
  /** A flag that makes the data up: with it, no path is given. */
  readonly inPlaceOfInput?: string;
  /**
   * @param path or the flag that stands in its place, with its value
   * @param progress is told how many of all are done; people see it at most once a second
   * @throws Error that says what is wrong with the data and how to mend it
   */
  readonly run: (path: string, flags: Flags, progress: Progress) => Outcome | Promise<Outcome>;
}

type Flags = Readonly<Record<string, string | undefined>>;

export type Progress = (done: number, all: number, what?: string) => void;

/** Runs a command as a process: report or `--json` to stdout, progress and errors to stderr, exit code 1 or 2. */
export async function runEval({ name, input, flags = {}, inPlaceOfInput, run }: EvalCommand): Promise<void> {
  const usage = [
    `Usage: npm run eval:${name} -- ${input}${insteadOf(inPlaceOfInput, flags)} [--json]`,
    ...Object.entries(flags)
      .filter(([flag]) => flag !== inPlaceOfInput)
      .map(([flag, value]) => `[--${flag} ${value}]`),
  ].join(' ');
  const given = readFlags(usage, () =>
    parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        ...Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' as const }])),
      },
    }),
  );
  const { values, positionals } = given;
  const madeUp =
    inPlaceOfInput === undefined
      ? undefined
      : (given.values as Record<string, string | boolean | undefined>)[inPlaceOfInput];
  const inputs = madeUp === undefined ? positionals : [`--${inPlaceOfInput} ${madeUp}`, ...positionals];
  const [path] = inputs;
  if (path === undefined || inputs.length > 1) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const { json, ...rest } = values;
  try {
    const outcome = await run(path, rest, progressOf());
    process.stdout.write(
      `${json ? JSON.stringify({ eval: name, path, ...outcome }, null, 1) : reportOf(path, outcome)}\n`,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

const insteadOf = (flag: string | undefined, flags: Flags): string =>
  flag === undefined ? '' : ` | --${flag} ${flags[flag] ?? ''}`;

function progressOf(): Progress {
  let toldAt = Date.now();
  return (done, all, what = '') => {
    if (Date.now() - toldAt < 1_000 && done < all) return;
    toldAt = Date.now();
    process.stderr.write(`${done} of ${all}${what === '' ? '' : ` ${what}`}\n`);
  };
}
