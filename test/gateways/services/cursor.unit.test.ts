import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../gateways/services/cursor.ts';
import { Invalid } from '../../../gateways/services/faults.ts';

const query = ['articles', { language: ['en'] }];
const position = ['2026-03-01T00:00:00.000Z', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'];

describe('a cursor', () => {
  const cursor = encodeCursor(query, position);

  test('leads back to its position', () => {
    expect(decodeCursor(query, cursor)).toEqual(position);
  });

  test('is refused after any one of its letters was changed to any other', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < cursor.length; at += 1) {
      for (const letter of letters) {
        if (letter === cursor[at]) continue;
        const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1);
        expect(() => decodeCursor(query, changed)).toThrow(Invalid);
      }
    }
  });

  test.each([
    ['of another list', encodeCursor(['articles', {}], position)],
    ['that is empty', ''],
    ['with letters behind it', `${encodeCursor(query, position)}A`],
    ['with padding behind it', `${encodeCursor(query, position)}=`],
    ['of plain words', 'not a cursor'],
  ])('%s is refused', (_, other) => {
    expect(() => decodeCursor(query, other)).toThrow(Invalid);
  });
});
