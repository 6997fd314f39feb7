import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { occasionalEmbedder } from '../../../processors/categorize/occasional-embedder.ts';

/** Says what was done with it, in order. */
function watched() {
  const log: string[] = [];
  const open = async (): Promise<Embedder> => {
    log.push('open');
    return {
      model: 'test',
      dimensions: 384,
      async embed(texts) {
        log.push(`embed ${texts.join()}`);
        if (texts[0] === 'bad') throw new Error('bad text');
        return texts.map(() => new Float32Array(384));
      },
      async close() {
        log.push('close');
      },
    };
  };
  return { log, open };
}

test('is opened by the first use, shared by those at the same time, and closed when it was idle', async () => {
  const { log, open } = watched();
  const embedder = occasionalEmbedder(open, 20);
  expect(log).toEqual([]);
  await Promise.all([embedder.embed(['a']), embedder.embed(['b'])]);
  expect(log.filter((step) => step === 'open')).toHaveLength(1);
  await expect.poll(() => log.at(-1)).toBe('close');
  await embedder.embed(['c']);
  expect(log.slice(-3)).toEqual(['close', 'open', 'embed c']);
  await embedder.close();
});

test('is not closed while it is used', async () => {
  const { log, open } = watched();
  const embedder = occasionalEmbedder(open, 5);
  await embedder.embed(['a']);
  await embedder.use(() => sleep(30));
  expect(log).not.toContain('close');
  await embedder.close();
});

test('is opened anew after a failure', async () => {
  const { log, open } = watched();
  const embedder = occasionalEmbedder(open, 1_000);
  await expect(embedder.embed(['bad'])).rejects.toThrow('bad text');
  await embedder.embed(['good']);
  expect(log).toEqual(['open', 'embed bad', 'close', 'open', 'embed good']);
  await embedder.close();
  expect(log.at(-1)).toBe('close');
});
