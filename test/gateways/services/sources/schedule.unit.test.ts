import { expect, test } from 'vitest';
import { newSchedule, scheduleAfter } from '../../../../gateways/services/sources/schedule.ts';

const nothing = { interval_seconds: null, cron: null, time_zone: null, frequency: null };

test.each([
  ['nothing', {}],
  ['an interval', { interval_seconds: 900 }],
  ['a frequency', { frequency: '3x' }],
  ['a cron expression', { cron: '30 6 * * 1-5' }],
  ['a cron expression with its zone', { cron: '*/15 8-18 * * *', time_zone: 'Asia/Kathmandu' }],
])('a source may have %s', (_, given) => {
  expect(newSchedule({ ...nothing, ...given })).toEqual({ ...nothing, ...given });
});

test.each([
  ['two schedules', { interval_seconds: 900, frequency: 'daily' }, 'frequency'],
  ['a zone without cron', { time_zone: 'Europe/Berlin' }, 'time_zone'],
  ['a zone that does not exist', { cron: '0 7 * * *', time_zone: 'Mars/Olympus' }, 'time_zone'],
  ['a cron with seconds', { cron: '0 0 7 * * *' }, 'cron'],
  ['a nickname', { cron: '@daily' }, 'cron'],
  ['words', { cron: 'every day at seven' }, 'cron'],
  ['a minute 61', { cron: '61 * * * *' }, 'cron'],
  ['a day that never comes', { cron: '0 0 30 2 *' }, 'cron'],
])('%s is refused', (_, given, field) => {
  expect(() => newSchedule({ ...nothing, ...given })).toThrow(
    expect.objectContaining({ name: 'Invalid', faults: [expect.objectContaining({ field })] }),
  );
});

test.each([
  ['one schedule in place of another', { frequency: 'daily' }, { frequency: 'daily' }],
  ['nothing', {}, { cron: '0 7 * * *', time_zone: 'Europe/Berlin' }],
  ['another time in the same zone', { cron: '0 8 * * *' }, { cron: '0 8 * * *', time_zone: 'Europe/Berlin' }],
  ['the zone alone', { time_zone: 'UTC' }, { cron: '0 7 * * *', time_zone: 'UTC' }],
  ['none any more', { cron: null }, {}],
])('a change may name %s', (_, changes, expected) => {
  const before = { ...nothing, cron: '0 7 * * *', time_zone: 'Europe/Berlin' };
  expect(scheduleAfter(before, changes)).toEqual({ ...nothing, ...expected });
});
