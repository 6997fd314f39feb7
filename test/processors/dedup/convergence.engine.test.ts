import { expect, test } from 'vitest';
import type { Article } from '../../../schemas/types.ts';
import type { Outcome } from '../../../streams/stage.ts';
import { TransientError } from '../../../streams/errors.ts';
import { article, longText, nearTexts } from './articles.ts';
import { expectedLinks, expectedRecords, idOf } from './expected-links.ts';
import { openLedger } from './ledger.ts';
import { pick, randomFrom } from './random.ts';

/**
 * Random histories: articles that come, change and go, handled by two instances at once, with messages delivered
 * again after crashes at every point, a process that writes late, and a Redis that is emptied on the way. Whatever
 * happens, the links must be those that the rules give for the last state of the articles.
 */
const rounds = Array.from({ length: 100 }, (_, n) => ({ seed: n + 1 }));

const urls = [
  'https://a.example/1',
  'https://a.example/2',
  'https://b.example/1',
  'https://b.example/2',
  'https://c.example/1',
];
const texts = [longText('The minister'), longText('The striker'), ...Object.values(nearTexts)];
const titles = ['Minister resigns over budget', 'Striker scores in the final'];

type Step = Article | { readonly gone: string };

test.each(rounds)('links converge in history $seed', { timeout: 60_000 }, async ({ seed }) => {
  const random = randomFrom(seed);
  const ledger = openLedger();
  const instances = [ledger.instance(), ledger.instance()];
  const histories = urls.map((url) => history(url, random));
  const last = histories.map((steps) => steps.at(-1));
  const late: Outcome<'article-unique' | 'article-duplicate'>[] = [];

  const handle = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      for (let isDone = false; !isDone;) {
        await pause(random);
        const outcome = await patiently(() => ledger.process(step, pick(instances, random)));
        await pause(random);
        const fate = random();
        if (fate < 0.15) continue; // the process died before it wrote
        if (fate < 0.25 && outcome.kind === 'emit') {
          ledger.written.push(...outcome.outputs); // it died before it said so
          continue;
        }
        if (fate < 0.3) {
          late.push(outcome); // it was stopped, and wakes up when others have done its work
          continue;
        }
        if (fate < 0.33) await ledger.forget();
        await patiently(() => ledger.finish(outcome));
        isDone = true;
      }
    }
  };
  await Promise.all(histories.map(handle));
  const gone = new Set(last.flatMap((step) => (step !== undefined && 'gone' in step ? [step.gone] : [])));
  for (const outcome of late) if (!revives(outcome, gone)) await patiently(() => ledger.finish(outcome));
  // Records that came too late are put right with the next messages.
  await ledger.take(article({ url: 'https://z.example/1' }), article({ url: 'https://z.example/2' }));

  const articles = last.filter((step): step is Article => step !== undefined && !('gone' in step));
  expect(ledger.records()).toEqual(expectedRecords(articles));
  expect(ledger.compactedLinks()).toEqual(expectedLinks(articles));
});

/** A record that is written after the end of its article brings it back in every view: no stage can mend that. */
function revives(outcome: Outcome, gone: ReadonlySet<string>): boolean {
  return outcome.kind === 'emit' && outcome.outputs.some(({ key, value }) => value === null || gone.has(key));
}

/** As the runner: what is transient is tried again. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await new Promise(setImmediate);
    }
  }
}

/** What happens to one article: up to four versions, now and then its end. */
function history(url: string, random: () => number): Step[] {
  return Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n): Step => {
    if (n > 0 && random() < 0.15) return { gone: idOf(url) };
    return article({
      url,
      version: 1_790_000_000_000_000 + n * 1_000_000,
      text: pick([...texts, longText(url), 'Too short.'], random),
      title: pick([...titles, `The headline of ${url}`, 'Live'], random),
      canonical_url: pick([null, null, ...urls, 'https://a.example/section', 'https://a.example/'], random),
      published_at: 1_790_000_000_000 + Math.floor(random() * 3) + pick([0, 0, 0, 20, 40, 60], random) * 86_400_000,
      feed_ids: [pick(['feed-1', 'feed-2'], random)],
    });
  });
}

async function pause(random: () => number): Promise<void> {
  for (let n = Math.floor(random() * 5); n > 0; n -= 1) await new Promise(setImmediate);
}
