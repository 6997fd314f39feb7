import { duration, table } from '../table.ts';
import type { Status } from './gather.ts';

/** The status for people: what is wrong first. */
export function drawStatus({ problems, processes, stages, views, engines }: Status): string {
  const parts: string[] = [
    problems.length === 0 ? 'All is well.' : problems.map((problem) => `✗ ${problem}`).join('\n'),
  ];
  if (processes !== null) {
    const rows = processes.map((one) => [one.name, one.state, one.pid ?? '', one.restarts, one.actors.join(' ')]);
    parts.push(table(['PROCESS', 'STATE', 'PID', 'RESTARTS', 'RUNS'], rows));
  }
  if (engines !== null) {
    const rows = engines.map((one) => [one.name, one.state, one.pid ?? '', one.restarts, one.address]);
    parts.push(table(['ENGINE', 'STATE', 'PID', 'RESTARTS', 'ADDRESS'], rows));
  }
  if (stages !== null) {
    const rows = stages.map((one) => [one.stage, one.lag, one.members, one.inputs.join(' ')]);
    parts.push(table(['STAGE', 'LAG', 'MEMBERS', 'READS'], rows));
  }
  if (views !== null) {
    const rows = views.map((view) => [view.view, view.articles, age(view.newestPublishedAt)]);
    parts.push(table(['VIEW', 'ARTICLES', 'NEWEST ARTICLE'], rows));
  }
  return parts.join('\n\n');
}

function age(timeMs: number | null): string {
  return timeMs === null ? '–' : `${duration(Date.now() - timeMs)} old`;
}
