import type { ExpectedStep, Report } from '../../../gateways/reports/report.ts';

const hourMs = 3_600_000;
const summary =
  'The council of the town voted on Tuesday to keep the old bridge, after engineers had found that repairing it costs half of what a new one would. ' +
  'Work begins in spring and should be done before the summer. Two roads will be closed for a week, and the buses will go along the river in the meantime.';

const article = (id: number, title: string, language = 'en') => ({
  id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  title,
  url: `https://example.org/${id}`,
  site: 'Example Herald',
  language,
  summary,
  published_at: new Date(Date.UTC(2026, 10, 18, 9, 30)).toISOString(),
});

const expected = (mean: number): Omit<ExpectedStep, 'time'> => ({
  mean,
  low: Math.max(0, Math.round(mean - 1.3 * Math.sqrt(mean * 3))),
  high: Math.round(mean + 1.3 * Math.sqrt(mean * 3)),
});

function volumeOf(kind: Report['kind'], from: number): Report['volume'] {
  const step = kind === 'daily' ? 'hour' : 'day';
  const count = kind === 'daily' ? 24 : 7;
  const width = kind === 'daily' ? hourMs : 24 * hourMs;
  const rate = (at: number): number =>
    kind === 'daily' ? 22 * Math.max(0.05, Math.sin(((at - 5) / 18) * Math.PI)) : at % 7 >= 5 ? 160 : 410;
  const steps = Array.from({ length: count }, (_, at) => ({
    time: new Date(from + at * width).toISOString(),
    count: Math.round(rate(at) * (1 + 0.25 * Math.sin(at * 2.4))) + (kind === 'weekly' && at === 2 ? 240 : 0),
    expected: expected(rate(at)),
  }));
  const total = steps.reduce((sum, one) => sum + one.count, 0);
  return {
    total,
    previous: Math.round(total / 1.12),
    step,
    steps,
    forecast: {
      steps: Array.from({ length: count }, (_, at) => ({
        time: new Date(from + (count + at) * width).toISOString(),
        ...expected(rate(at)),
      })),
      method:
        "Seasonal mean over the days of the week, the best of 7 that were tried on 98 past forecasts (error 0.81 of the naive method's). History: 182 days.",
    },
    expected: { mean: steps.reduce((sum, one) => sum + one.expected.mean, 0) },
  };
}

/** A report with all that one can hold; of no people and places that exist. */
export function madeUpReport(kind: Report['kind'] = 'weekly'): Report {
  const from = kind === 'daily' ? Date.UTC(2026, 10, 22) : Date.UTC(2026, 10, 16);
  const to = Date.UTC(2026, 10, 23);
  return {
    kind,
    title: 'All that is followed',
    organization: { id: '00000000-0000-4000-8000-000000000001', name: 'Default' },
    saved_search: null,
    period: { from: new Date(from).toISOString(), to: new Date(to).toISOString(), time_zone: 'UTC' },
    generated_at: new Date(to + 7 * hourMs).toISOString(),
    volume: volumeOf(kind, from),
    sentiment: { score: 0.06, previous_score: -0.03, negative: 412, neutral: 1_204, positive: 598 },
    stories: [
      story(1, 'Old bridge will be repaired and not replaced', 34, 12),
      story(2, 'تصويت المجلس على إصلاح الجسر القديم في المدينة', 21, 9, 'ar'),
      story(
        3,
        'Hochwasser: Pegel der Beispiel steigt auf Donaudampfschifffahrtsgesellschaftskapitänshöhe',
        17,
        8,
        'de',
      ),
      story(4, '旧市街の橋は修理されることになった', 11, 5, 'ja'),
    ],
    topics: [
      { kind: 'category', key: 'politics', name: 'politics and government', count: 611, previous: 580 },
      { kind: 'category', key: 'economy', name: 'economy, business and finance', count: 488, previous: 512 },
      { kind: 'category', key: 'sport', name: 'sport', count: 301, previous: 301 },
      { kind: 'topic', key: 'bridges', name: 'Bridges', count: 64, previous: 3 },
    ],
    rising: [
      { kind: 'topic', key: 'bridges', name: 'Bridges', count: 64, previous: 3 },
      { kind: 'entity', key: 'exampleton', name: 'exampleton', count: 58, previous: 0 },
      { kind: 'category', key: 'disaster', name: 'disaster, accident and emergency incident', count: 97, previous: 31 },
    ],
    sources: {
      active: [
        { id: '1', name: 'Example Herald', count: 402, previous: 377 },
        { id: '2', name: 'صحيفة المثال', count: 288, previous: 301 },
        { id: '3', name: 'Beispiel-Zeitung', count: 120, previous: 0 },
      ],
      silent: [{ id: '4', name: 'Weekly of the Hills', usual: 6.4 }],
      failing: [
        {
          id: '5',
          name: 'Harbour Wire',
          state: 'failing',
          words: 'The server answered 503 for three days; tried again every six hours',
        },
      ],
    },
    articles: [
      { ...article(11, 'What a bridge costs over a hundred years'), reason: 'relevance 0.91: bridge, repair' },
      { ...article(12, 'كم يكلف الجسر خلال مئة عام', 'ar'), reason: 'taken over by 6 others' },
    ],
  };
}

function story(id: number, title: string, articles: number, sites: number, language = 'en'): Report['stories'][number] {
  return {
    id: `00000000-0000-4000-9000-${String(id).padStart(12, '0')}`,
    title,
    articles,
    sites,
    first_at: new Date(Date.UTC(2026, 10, 18, 6, 12)).toISOString(),
    last_at: new Date(Date.UTC(2026, 10, 21, 19, 40)).toISOString(),
    lead: article(id, title, language),
  };
}
