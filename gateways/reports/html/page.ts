import type { Report } from '../report.ts';
import { change, count, counted, periodWords, previousWords, score, Times } from './format.ts';
import { Markup, markup, nothing } from './markup.ts';
import { paragraph, quiet } from './parts.ts';
import {
  articlesSection,
  sentimentSection,
  sourcesSection,
  storiesSection,
  topicsSection,
  volumeSection,
} from './sections.ts';
import { sheet, styles } from './styles.ts';

/**
 * A report as one page that needs nothing else: no script, no address is loaded, fit to be sent as a mail. What comes
 * from articles is escaped, and keeps its own direction of writing.
 */
export function pageOf(report: Report): string {
  const { title, volume } = report;
  const body = volume.total === 0 ? [emptiness(report), sourcesSection(report)] : sectionsOf(report);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}: ${periodWords(report)}</title>
<style>${new Markup(sheet)}</style>
</head>
<body class="ground" style="${styles.ground}">
<div style="display:none;max-height:0;overflow:hidden">${glance(report)}</div>
<table role="presentation" class="ground" style="width:100%;border-collapse:collapse;${styles.ground}"><tr><td class="frame" align="center" style="${styles.frame}">
<table role="presentation" class="sheet" style="${styles.sheet}" align="center" cellspacing="0" cellpadding="0">
${header(report)}
${body}
${footer(report)}
</table>
</td></tr></table>
</body>
</html>
`.text;
}

function sectionsOf(report: Report): readonly Markup[] {
  return [
    storiesSection(report),
    topicsSection(report),
    articlesSection(report),
    volumeSection(report),
    sentimentSection(report),
    sourcesSection(report),
  ];
}

/** The first words that a mailbox shows. */
function glance({ volume, stories }: Report): string {
  const first = stories[0] === undefined ? '' : ` First: ${stories[0].title}`;
  return `${counted(volume.total, 'article')}.${first}`;
}

function header(report: Report): Markup {
  const { saved_search: search, title } = report;
  return markup`<tr><td class="inner" style="${styles.inner}">
<p class="quiet" style="${styles.kicker}">${report.kind === 'daily' ? 'Daily report' : 'Weekly report'}, ${periodWords(report)}</p>
<h1 dir="auto" style="${styles.title}">${title}</h1>
${search === null ? nothing : markup`<p class="quiet" dir="auto" style="${styles.quiet};margin:6px 0 0">Search: <bdi>${search.query}</bdi></p>`}
${figures(report)}
</td></tr>`;
}

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

function figures(report: Report): Markup {
  const { volume, sentiment, stories, sources, kind } = report;
  const { sign, words } = change(volume.total, volume.previous);
  const expected = volume.expected === null ? '' : `; ${count(volume.expected.mean)} were forecast`;
  const tiles: readonly Tile[] = [
    {
      label: 'Articles',
      value: count(volume.total),
      note: `${sign} ${words}${volume.previous === 0 ? '' : ` on ${previousWords(kind)}`}${expected}`,
    },
    ...(sentiment === null
      ? []
      : [
          {
            label: 'Tone',
            value: score(sentiment.score),
            note:
              sentiment.previous_score === null
                ? 'from −1 to +1'
                : `${previousWords(kind)} ${score(sentiment.previous_score)}`,
          },
        ]),
    { label: 'Stories', value: count(stories.length), note: 'told by several articles' },
    // A saved search is not asked for who failed.
    ...(report.saved_search === null
      ? [
          {
            label: 'Sources failing',
            value: count(sources.failing.length),
            note: sources.silent.length === 0 ? 'none fell silent' : `${count(sources.silent.length)} fell silent`,
          },
        ]
      : []),
  ];
  const cells = tiles.map(
    ({ label, value, note }) =>
      markup`<td class="figure" style="padding:4px;vertical-align:top;width:${Math.floor(100 / tiles.length)}%"><div class="tile" style="${styles.tile}"><div class="quiet" style="${styles.quiet}">${label}</div><div style="${styles.value}">${value}</div><div class="quiet" style="${styles.quiet}">${note}</div></div></td>`,
  );
  return markup`<table role="presentation" style="width:100%;border-collapse:collapse;margin-top:14px" cellspacing="0" cellpadding="0"><tr>${cells}</tr></table>`;
}

function emptiness({ saved_search: search }: Report): Markup {
  const words =
    search === null
      ? 'Nothing was published by what is followed.'
      : 'No article that was published matches the search.';
  return markup`<tr><td class="inner line" style="${styles.inner};${styles.line}">${paragraph(words)}</td></tr>`;
}

function footer({ volume, period, generated_at, organization }: Report): Markup {
  const times = new Times(period.time_zone);
  const method =
    volume.forecast === null ? 'No forecast: the history is too short.' : `Forecast: ${volume.forecast.method}`;
  return markup`<tr><td class="inner line" style="${styles.inner};${styles.line}">
${quiet([markup`<bdi>${organization.name}</bdi>. Times are of ${period.time_zone}; articles count when they were published. `, method, ` Made on ${times.date(generated_at, true)} at ${times.clock(generated_at)}.`])}
</td></tr>`;
}
