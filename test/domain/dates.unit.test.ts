import { describe, expect, test } from 'vitest';
import { parseDate, plausibleDate } from '../../domain/dates.ts';

const now = Date.parse('2024-06-01T12:00:00Z');

test.each([
  ['2024-03-05T10:00:00Z', '2024-03-05T10:00:00.000Z'],
  ['2024-03-05T10:00:00.123+02:00', '2024-03-05T08:00:00.123Z'],
  ['2024-03-05 10:00:00', '2024-03-05T10:00:00.000Z'],
  ['2024-03-05T10:00+0100', '2024-03-05T09:00:00.000Z'],
  ['2024-03-05', '2024-03-05T00:00:00.000Z'],
  ['20240305T100000Z', '2024-03-05T10:00:00.000Z'],
  ['Tue, 05 Mar 2024 10:00:00 +0100', '2024-03-05T09:00:00.000Z'],
  ['Tue, 5 March 24 10:00 EST', '2024-03-05T15:00:00.000Z'],
  ['Di., 05 Mar 2024 10:00:00 GMT', '2024-03-05T10:00:00.000Z'],
  ['March 5, 2024 10:00 EST', '2024-03-05T15:00:00.000Z'],
  ['Tue Mar 05 2024 10:00:00 GMT+0100 (CET)', '2024-03-05T09:00:00.000Z'],
  ['1709632800', '2024-03-05T10:00:00.000Z'],
])('%s is read as %s', (text, instant) => {
  expect(new Date(parseDate(text) ?? Number.NaN).toISOString()).toBe(instant);
});

test.each([
  [''],
  ['yesterday'],
  ['2024-02-30'],
  ['Fri, 30 Feb 2024 10:00:00 GMT'],
  ['2024-13-01'],
  ['+275760-09-13'],
  ['2024-03-05T99:00:00Z'],
  ['5 Foo 2024'],
])('%j is no date', (text) => {
  expect(parseDate(text)).toBeNull();
});

describe('a date of publication', () => {
  test.each([
    ['1970-01-01T00:00:00Z', null],
    ['0001-01-01T00:00:00Z', null],
    ['9999-12-31T23:59:59Z', null],
    ['2024-06-04T12:00:00Z', null],
    ['2024-06-02T12:00:00Z', now],
    ['2024-05-31T12:00:00Z', Date.parse('2024-05-31T12:00:00Z')],
  ])('%s becomes %s', (text, plausible) => {
    expect(plausibleDate(parseDate(text), now)).toBe(plausible);
  });
});
