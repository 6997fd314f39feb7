import { setTimeout as sleep } from 'node:timers/promises';
import type { RuleRun } from '../gateways/services/rules/runs.ts';
import { inStep, silentProgress, type Step, streamProgress } from '../infra/local/progress.ts';
import { InputError } from '../streams/errors.ts';
import { createLogger } from '../streams/logger.ts';
import { enginesConfig } from './engines-config.ts';
import { exitCodeOf } from './exit-codes.ts';
import { openRuleDesk, type RuleDesk } from './rule-desk.ts';

const pollMs = 250;
/** Somebody takes a run up within seconds, where anybody does. */
const patienceMs = 15_000;

/** Has rules applied to the articles of before, and follows that. */
export async function applyRule(
  name: string | undefined,
  options: { all?: true; wait: boolean; json?: true },
): Promise<void> {
  if ((name === undefined) === (options.all === undefined)) {
    throw new InputError('give either the name of a rule or --all');
  }
  await using desk = await openRuleDesk(enginesConfig(), createLogger('silent'));
  const ruleId = name === undefined ? null : (await desk.named(name)).id;
  const asked = await desk.runs.request(ruleId);
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const title = name === undefined ? 'applying all rules' : `applying ${name}`;
  const run = options.wait ? await inStep(progress, title, (step) => untilOver(desk, asked, step)) : asked;
  console.log(options.json === true ? JSON.stringify(run) : told(run));
  if (run.state === 'failed' || run.state === 'cancelled') process.exitCode = exitCodeOf('failed');
}

async function untilOver(desk: RuleDesk, asked: RuleRun, step: Step): Promise<RuleRun> {
  let run = asked;
  while (run.state === 'waiting' || run.state === 'running') {
    step.detail(detailOf(run));
    await sleep(pollMs);
    run = await desk.runs.get(run.id);
  }
  return run;
}

function detailOf({ state, judged, total, requested_at }: RuleRun): string {
  if (state === 'running') return `${judged} of ${total ?? '?'} articles`;
  return Date.now() - Date.parse(requested_at) < patienceMs
    ? 'waiting for its turn'
    : 'waiting; is rule-applier running? `npx mimir status` tells';
}

function told({ state, judged, changed, error }: RuleRun): string {
  if (state === 'waiting' || state === 'running')
    return 'It is under way; the same command without --no-wait follows it.';
  const counts = `${judged} articles judged, something else done to ${changed}`;
  if (state === 'done') return `${counts}.`;
  return state === 'failed' ? `It failed after ${counts}: ${error ?? ''}` : `It was cancelled after ${counts}.`;
}
