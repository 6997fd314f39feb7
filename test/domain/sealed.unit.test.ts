import { describe, expect, test } from 'vitest';
import { NotOpened, openSealer } from '../../domain/sealed.ts';
import { loadConfig } from '../../streams/config.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const sealer = openSealer([key('b', 2), key('a', 1)]);

describe('what is sealed', () => {
  test('opens for its owner, differs each time, and does not show', () => {
    const [first, second] = [sealer.seal('secret', 'ann'), sealer.seal('secret', 'ann')];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^sealed1\.b\.[\w-]+$/);
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
    expect([sealer.open(first, 'ann'), sealer.open(second, 'ann')]).toEqual(['secret', 'secret']);
  });

  test('by an older key opens, and counts as not current', () => {
    const old = openSealer([key('a', 1)]).seal('x', 'ann');
    expect([sealer.open(old, 'ann'), sealer.isCurrent(old), sealer.isCurrent(sealer.seal('x', 'ann'))]).toEqual([
      'x',
      false,
      true,
    ]);
  });

  const sealed = sealer.seal('secret', 'ann');
  test.each([
    ['for another owner', sealed, 'bob', 'broken'],
    ['with a changed byte', `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`, 'ann', 'broken'],
    ['cut short', sealed.slice(0, 20), 'ann', 'broken'],
    ['in another form', 'secret', 'ann', 'broken'],
    ['under the name of another key', sealed.replace('.b.', '.a.'), 'ann', 'broken'],
    ['by a key that is not here', sealed.replace('.b.', '.c.'), 'ann', 'no-key'],
  ])('does not open %s', (_, text, owner, code) => {
    const failed = (() => {
      try {
        return sealer.open(text, owner);
      } catch (error) {
        return error;
      }
    })();
    expect(failed).toBeInstanceOf(NotOpened);
    expect(failed).toMatchObject({ code });
    expect(String(failed)).not.toContain('secret"');
  });

  test('needs a key', () => {
    expect(() => openSealer([]).seal('x', 'ann')).toThrow(/MIMIR_SECRET_KEYS/);
  });
});

const load = (text: string) => loadConfig({ MIMIR_DATA_DIR: '/nonexistent', MIMIR_SECRET_KEYS: text });

describe('MIMIR_SECRET_KEYS', () => {
  const base64 = Buffer.alloc(32, 7).toString('base64');
  test('is a list of keys, the first of which seals', () => {
    expect(load(`one:${base64}, two:${base64}`).secretKeys.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test.each([
    ['a key that is too short', 'one:c2hvcnQ='],
    ['a key without an id', base64],
    ['an id twice', `one:${base64},one:${base64}`],
  ])('with %s is refused, and not repeated', (_, text) => {
    const load_ = () => load(text);
    expect(load_).toThrow(/MIMIR_SECRET_KEYS: should be a list/);
    expect(load_).not.toThrow(new RegExp(text.split(':').at(-1)?.slice(0, 8) ?? ''));
  });
});
