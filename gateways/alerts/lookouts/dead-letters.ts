import { deadLetterTopic } from '../../../streams/topics.ts';
import { defaultOrganizationId } from '../../schema.ts';
import type { Lookout } from '../standing.ts';

const hourMs = 3_600_000;

/** Dead letters, an alert an hour in which there are any. Who operates Mimir is told: the default organisation. */
export const deadLetters: Lookout = {
  kind: 'dead_letters',
  everyMs: 30_000,
  async look({ kafka, now }) {
    const hourStart = Math.floor(now() / hourMs) * hourMs;
    await using admin = await kafka.admin();
    const ends = await admin.watermarks(deadLetterTopic);
    const countSince = async (ms: number): Promise<number> => {
      const starts = await admin.offsetsAt(deadLetterTopic, ms);
      return ends.reduce((sum, { partition, high }) => {
        const from = starts.find((start) => start.partition === partition)?.offset ?? high;
        return sum + Number(high > from ? high - from : 0n);
      }, 0);
    };
    const inThisHour = await countSince(hourStart);
    // The alert of an hour lasts until the next one is over without any.
    const inBoth = await countSince(hourStart - hourMs);
    return [
      { start: hourStart, count: inThisHour },
      { start: hourStart - hourMs, count: inBoth - inThisHour },
    ]
      .filter(({ count }) => count > 0)
      .map(({ start, count }) => {
        const since = new Date(start).toISOString();
        return {
          organization_id: defaultOrganizationId,
          kind: 'dead_letters',
          subject: deadLetterTopic,
          window: since,
          title: `Messages could not be processed: \`mimir dlq list\` tells why`,
          facts: { since, count },
        };
      });
  },
};
