import { z } from 'zod';
import { reportKinds, topicKinds } from '../reports/report.ts';

const text = z.string();
const time = z.iso.datetime();
const count = z.int();

const expected = z.strictObject({ mean: z.number(), low: count, high: count });
const reference = z.strictObject({
  id: text,
  title: text,
  url: text,
  site: text,
  language: text.nullable(),
  summary: text.nullable(),
  published_at: time,
});
const topics = z.array(z.strictObject({ kind: z.enum(topicKinds), key: text, name: text, count, previous: count }));

/** A report as data; gateways/reports/report.ts says what each field means. */
export const reportSchema = z
  .strictObject({
    kind: z.enum(reportKinds),
    title: text,
    organization: z.strictObject({ id: text, name: text }),
    saved_search: z.strictObject({ id: text, name: text, query: text }).nullable(),
    period: z.strictObject({ from: time, to: time.describe('Exclusive'), time_zone: text }),
    generated_at: time,
    volume: z.strictObject({
      total: count,
      previous: count.describe('In the period of the same length before'),
      step: z.enum(['hour', 'day']),
      steps: z.array(
        z.strictObject({ time, count, expected: expected.nullable().describe('As forecast when the period began') }),
      ),
      forecast: z
        .strictObject({ steps: z.array(expected.extend({ time })), method: text })
        .nullable()
        .describe('Of what follows; null where the history is too short'),
      expected: z.strictObject({ mean: z.number() }).nullable(),
    }),
    sentiment: z
      .strictObject({
        score: z.number().describe('Mean, -1 to 1'),
        previous_score: z.number().nullable(),
        negative: count,
        neutral: count,
        positive: count,
      })
      .nullable(),
    stories: z.array(
      z.strictObject({
        id: text,
        title: text,
        articles: count,
        sites: count,
        first_at: time,
        last_at: time,
        lead: reference,
      }),
    ),
    topics,
    rising: topics.describe('What takes a greater share than before, the clearest first'),
    sources: z.strictObject({
      active: z.array(z.strictObject({ id: text, name: text, count, previous: count })),
      silent: z.array(z.strictObject({ id: text, name: text, usual: z.number() })),
      failing: z.array(z.strictObject({ id: text, name: text, state: text, words: text })),
    }),
    articles: z.array(reference.extend({ reason: text })),
  })
  .meta({ id: 'ReportContent' });
