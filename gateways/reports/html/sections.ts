import { sentimentBar } from '../charts/sentiment-bar.ts';
import { volumeChart } from '../charts/volume-chart.ts';
import type { ExpectedStep, Report, ReportTopic } from '../report.ts';
import { change, count, counted, previousWords, score, Times } from './format.ts';
import { type Content, markup, type Markup, nothing } from './markup.ts';
import { linked, paragraph, quiet, section, summaryOf, table } from './parts.ts';
import { styles } from './styles.ts';

/** How much there was: a chart, and the same in numbers for who does not see it. */
export function volumeSection(report: Report): Markup {
  const { volume, kind } = report;
  const { forecast } = volume;
  const legend =
    forecast === null && volume.expected === null
      ? nothing
      : quiet('Bars: articles. Dashed line: what was, and is, forecast. Hatched: where four of five should lie.');
  const ahead = forecast === null ? nothing : paragraph(aheadWords(report));
  return section('How much', [
    volumeChart(report),
    legend,
    markup`<div style="height:10px"></div>`,
    ahead,
    table(
      kind === 'daily' ? 'Articles by the time of day' : 'Articles by the day',
      [
        { head: kind === 'daily' ? 'Time' : 'Day' },
        { head: 'Articles', isNumber: true },
        { head: 'Forecast were', isNumber: true },
        { head: kind === 'daily' ? 'Next day' : 'Next week', isNumber: true },
      ],
      kind === 'daily' ? timesOfDay(report) : days(report),
    ),
  ]);
}

function aheadWords({ volume, kind }: Report): string {
  const mean = volume.forecast?.steps.reduce((sum, step) => sum + step.mean, 0) ?? 0;
  return `${kind === 'daily' ? 'The next day' : 'The next seven days'} should bring about ${counted(mean, 'article')}.`;
}

type Row = readonly Content[];
const unknown = '–';

function days({ volume, period }: Report): readonly Row[] {
  const times = new Times(period.time_zone);
  return volume.steps.map(({ time, count: articles, expected }, at) => [
    times.shortDay(time),
    count(articles),
    withRange(expected),
    withRange(volume.forecast?.steps[at] ?? null),
  ]);
}

/** On two lines: a narrow screen has no room for both beside each other. */
const withRange = (expected: Omit<ExpectedStep, 'time'> | null): Content =>
  expected === null
    ? unknown
    : markup`${count(expected.mean)}<br><span class="quiet" style="${styles.quiet}">${count(expected.low)} to ${count(expected.high)}</span>`;

/** Hours in blocks of six: 24 rows would be too many to read. Their intervals cannot be added up. */
function timesOfDay({ volume, period }: Report): readonly Row[] {
  const times = new Times(period.time_zone);
  const blockOf = (time: string): number => Math.floor(Number(times.clock(time).slice(0, 2)) / 6);
  return [0, 1, 2, 3].map((block) => {
    const past = volume.steps.filter(({ time }) => blockOf(time) === block);
    const ahead = volume.forecast?.steps.filter(({ time }) => blockOf(time) === block) ?? [];
    const hours = [block * 6, block * 6 + 6].map((hour) => `${String(hour).padStart(2, '0')}:00`).join(' to ');
    const articles = past.reduce((sum, step) => sum + step.count, 0);
    return [hours, count(articles), sumOf(past.map(({ expected }) => expected)), sumOf(ahead)];
  });
}

function sumOf(steps: readonly (Omit<ExpectedStep, 'time'> | null)[]): string {
  if (steps.length === 0 || steps.includes(null)) return unknown;
  return count(steps.reduce((sum, step) => sum + (step?.mean ?? 0), 0));
}

export function sentimentSection({ sentiment, kind }: Report): Markup {
  if (sentiment === null) return nothing;
  const { negative, neutral, positive, previous_score: previous } = sentiment;
  const before = previous === null ? '' : `; ${previousWords(kind)} ${score(previous)}`;
  return section('In which tone', [
    sentimentBar(sentiment),
    paragraph(
      `${count(negative)} negative (−), ${count(neutral)} neutral (0), ${count(positive)} positive (+). ` +
        `The mean is ${score(sentiment.score)} on a scale from −1 to +1${before}.`,
    ),
  ]);
}

export function storiesSection({ stories, period }: Report): Markup {
  if (stories.length === 0) return nothing;
  const times = new Times(period.time_zone);
  return section(
    'Top stories',
    stories.map(
      ({ title, articles, sites, first_at, last_at, lead }, at) => markup`<div style="${styles.item}">
<div dir="auto" style="${styles.itemTitle}">${at + 1}. ${linked(title, lead.url, lead.language)}</div>
${summaryOf(lead)}
${quiet(markup`${counted(articles, 'article')} of ${counted(sites, 'site')}, ${times.moment(first_at)} to ${times.moment(last_at)}; first: <bdi>${lead.site}</bdi>`)}
</div>`,
    ),
  );
}

const kindWords = { category: 'category', topic: 'your topic', entity: 'name' } as const;

export function topicsSection({ topics, rising, kind }: Report): Markup {
  const columns = [
    { head: 'What' },
    { head: 'Kind', isOptional: true },
    { head: 'Articles', isNumber: true },
    { head: `Against ${previousWords(kind)}`, isNumber: true },
  ];
  const parts = [
    rising.length === 0 ? nothing : section('Rising', table('What is rising', columns, rising.map(topicRow))),
    topics.length === 0
      ? nothing
      : section('What it was about', table('Most frequent topics', columns, topics.map(topicRow))),
  ];
  return markup`${parts}`;
}

function topicRow({ kind, name, count: articles, previous }: ReportTopic): readonly (string | Markup)[] {
  const { sign, words } = change(articles, previous);
  return [markup`<bdi>${name}</bdi>`, kindWords[kind], count(articles), `${sign} ${words}`];
}

export function articlesSection({ articles, period }: Report): Markup {
  if (articles.length === 0) return nothing;
  const times = new Times(period.time_zone);
  return section(
    'Worth reading',
    articles.map(
      (article) => markup`<div style="${styles.item}">
<div dir="auto" style="${styles.itemTitle}">${linked(article.title, article.url, article.language)}</div>
${summaryOf(article)}
${quiet(markup`<bdi>${article.site}</bdi>, ${times.moment(article.published_at)}; <bdi>${article.reason}</bdi>`)}
</div>`,
    ),
  );
}

export function sourcesSection({ sources, kind }: Report): Markup {
  const { active, silent, failing } = sources;
  if (active.length + silent.length + failing.length === 0) return nothing;
  const parts = [
    active.length === 0
      ? nothing
      : table(
          'Sources with the most articles',
          [
            { head: 'Most active' },
            { head: 'Articles', isNumber: true },
            { head: `Against ${previousWords(kind)}`, isNumber: true },
          ],
          active.map(({ name, count: articles, previous }) => {
            const { sign, words } = change(articles, previous);
            return [markup`<bdi>${name}</bdi>`, count(articles), `${sign} ${words}`];
          }),
        ),
    silent.length === 0
      ? nothing
      : table(
          'Sources that fell silent',
          [{ head: 'Silent' }, { head: `Usual ${kind === 'daily' ? 'a day' : 'a week'}`, isNumber: true }],
          silent.map(({ name, usual }) => [markup`<bdi>${name}</bdi>`, usual < 10 ? usual.toFixed(1) : count(usual)]),
        ),
    failing.length === 0
      ? nothing
      : table(
          'Sources that fail',
          [{ head: 'Failing' }, { head: 'Why' }],
          failing.map(({ name, state, words }) => [markup`<bdi>${name}</bdi>`, words === '' ? state : words]),
        ),
  ].filter((part) => part !== nothing);
  return section(
    'Sources',
    parts.map((part, at) => (at === 0 ? part : markup`<div style="height:16px"></div>${part}`)),
  );
}
