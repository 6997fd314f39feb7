import { describe, expect, test } from 'vitest';
import { drawMatch, sinceTime } from '../../cli/watch-output.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

describe('--since', () => {
  test.each([
    ['90m', '2026-03-10T10:30:00Z'],
    ['2h', '2026-03-10T10:00:00Z'],
    ['3d', '2026-03-07T12:00:00Z'],
    ['45s', '2026-03-10T11:59:15Z'],
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['2026-03-01T06:00:00+02:00', '2026-03-01T04:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(sinceTime(text, now)).toBe(Date.parse(expected));
  });

  test.each(['yesterday', '2w', '-1h', ''])('"%s" is refused', (text) => {
    expect(() => sinceTime(text, now)).toThrow('should be a span as 2h or 3d');
  });
});

test('a title cannot move the cursor, nor add lines', () => {
  const drawn = drawMatch({
    article_id: 'a',
    title: 'Red \u001B[31m\nalert\u202E',
    url: 'https://news.example/1',
    site_name: 'Ne\bws',
    language: 'en',
    published_at: '2026-03-10T12:00:00.000Z',
    collected_at: '2026-03-10T12:00:00.000Z',
    matched: ['red', '"red alert"'],
  });
  // oxlint-disable-next-line no-control-regex
  expect(drawn).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  expect(drawn.split('\n')).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}Red \[31m alert · Ne ws$/),
    '          https://news.example/1',
    '          matches red, "red alert"',
  ]);
});
