import { change, count, counted, periodWords, previousWords, score, Times } from './html/format.ts';
import type { Report } from './report.ts';

/** A report in plain words, for terminals and for mail without HTML. Lines of at most some 100 characters. */
export function textOf(report: Report): string {
  const { title, kind } = report;
  const head = `${title}: ${kind === 'daily' ? 'daily' : 'weekly'} report, ${periodWords(report)}`;
  return [
    [head, '='.repeat(Math.min(100, head.length))],
    overview(report),
    stories(report),
    topics('RISING', report.rising, report),
    topics('WHAT IT WAS ABOUT', report.topics, report),
    articles(report),
    sources(report),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(plain).join('\n'))
    .join('\n\n');
}

type Lines = readonly string[];

/** A terminal obeys control characters, and texts come from outside. */
const plain = (line: string): string => line.toWellFormed().replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ');

const against = (now: number, then: number, kind: Report['kind']): string => {
  const { sign, words } = change(now, then);
  return then === 0 ? `${sign} ${words}` : `${sign} ${words} on ${previousWords(kind)}`;
};

function overview({ volume, sentiment, kind }: Report): Lines {
  const { expected, forecast } = volume;
  const ahead = forecast?.steps.reduce((sum, { mean }) => sum + mean, 0);
  return [
    `Articles: ${count(volume.total)} (${against(volume.total, volume.previous, kind)})` +
      (expected === null ? '' : `; ${count(expected.mean)} were forecast`),
    ...(ahead === undefined
      ? ['No forecast: the history is too short.']
      : [`Forecast: about ${counted(ahead, 'article')} in the ${kind === 'daily' ? 'next day' : 'next seven days'}.`]),
    ...(sentiment === null
      ? []
      : [
          `Tone: ${score(sentiment.score)} (${count(sentiment.negative)} negative, ${count(sentiment.neutral)} neutral, ${count(sentiment.positive)} positive)`,
        ]),
  ];
}

function stories({ stories: told }: Report): Lines {
  if (told.length === 0) return [];
  return [
    'TOP STORIES',
    ...told.flatMap(({ title, articles: members, sites, lead }, at) => [
      `${at + 1}. ${title} (${counted(members, 'article')}, ${counted(sites, 'site')})`,
      `   ${lead.url}`,
    ]),
  ];
}

function topics(heading: string, shown: Report['topics'], { kind }: Report): Lines {
  if (shown.length === 0) return [];
  return [
    heading,
    ...shown.map(({ name, count: now, previous }) => `- ${name}: ${count(now)} (${against(now, previous, kind)})`),
  ];
}

function articles({ articles: shown, period }: Report): Lines {
  if (shown.length === 0) return [];
  const times = new Times(period.time_zone);
  return [
    'WORTH READING',
    ...shown.flatMap(({ title, site, published_at, reason, url }) => [
      `- ${title} (${site}, ${times.moment(published_at)}; ${reason})`,
      `  ${url}`,
    ]),
  ];
}

function sources({ sources: { active, silent, failing }, kind }: Report): Lines {
  const lines = [
    ...active.map(({ name, count: now, previous }) => `- ${name}: ${count(now)} (${against(now, previous, kind)})`),
    ...silent.map(
      ({ name, usual }) => `- ${name}: silent; usually ${usual.toFixed(1)} ${kind === 'daily' ? 'a day' : 'a week'}`,
    ),
    ...failing.map(({ name, state, words }) => `- ${name}: ${state}: ${words}`),
  ];
  return lines.length === 0 ? [] : ['SOURCES', ...lines];
}
