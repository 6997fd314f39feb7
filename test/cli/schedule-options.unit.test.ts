import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addScheduleOptions, scheduleOf } from '../../cli/schedule-options.ts';

function scheduleFrom(...args: readonly string[]): unknown {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addScheduleOptions(command);
  return scheduleOf(command.parse(args, { from: 'user' }).opts());
}
const nothing = { interval_seconds: null, cron: null, time_zone: null, frequency: null };

test.each([
  [[], {}],
  [['--every', '90s'], { interval_seconds: 90 }],
  [['--every', '15m'], { interval_seconds: 900 }],
  [['--every', '2d'], { interval_seconds: 172_800 }],
  [['--frequency', '3x'], { frequency: '3x' }],
  [['--cron', '0 7 * * *', '--time-zone', 'Asia/Kathmandu'], { cron: '0 7 * * *', time_zone: 'Asia/Kathmandu' }],
])('%s says when', (args, expected) => {
  expect(scheduleFrom(...args)).toEqual({ ...nothing, ...expected });
});

test.each([
  ['an interval without a unit', ['--every', '15']],
  ['an interval in weeks', ['--every', '1w']],
  ['a frequency that is none', ['--frequency', '5x']],
  ['two schedules', ['--every', '15m', '--frequency', 'daily']],
])('%s is refused', (_, args) => {
  expect(() => scheduleFrom(...args)).toThrow(/error: option/);
});
