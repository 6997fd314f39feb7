import { spread, table, verdict } from '../markdown.ts';
import type { Machine } from '../streams/machine.ts';
import { type DashboardResult, dashboardsReport } from './dashboards.ts';
import type { Agreement, ContenderResult, MatchingResult } from './matching.ts';

/** What one run of the benchmark found; also what `--json` writes. Parts that were not run are null. */
export interface WatchResults {
  readonly machine: Machine;
  readonly texts: string;
  readonly matching: MatchingResult | null;
  readonly dashboards: DashboardResult | null;
}

/** Articles a second with all searches, on one core. */
const aimedRate = 200;

/** The results as Markdown, as they stand in docs/benchmarks.md. */
export function renderReport({ machine, texts, matching, dashboards }: WatchResults): string {
  return [
    [
      `Measured on ${machine.date} at commit ${machine.commit}: ${machine.cpu}, ${machine.cores} cores,`,
      `${machine.memoryGb} GB, ${machine.system}; Node ${machine.node}, Java ${machine.java}. Texts: ${texts}.`,
      'Medians, in brackets the lowest and the highest.',
    ].join('\n'),
    ...(matching === null ? [] : matchingReport(matching)),
    ...(dashboards === null ? [] : [dashboardsReport(dashboards)]),
  ].join('\n\n');
}

function matchingReport({ articles, words, isPinned, presearcher, contenders, ratio, agreement }: MatchingResult) {
  const [own] = contenders;
  const core = isPinned ? 'each program on one core' : 'the programs not held on one core';
  return [
    `### Saved searches\n\n${articles} articles with a median of ${words} words; ${core}; presearcher of Lucene Monitor: ${presearcher}.`,
    table(
      ['', 'found', 'aim', ''],
      [
        own === undefined
          ? []
          : [
              `${own.searches} saved searches: articles/s`,
              spread(own.articlesPerSecond, 0),
              String(aimedRate),
              verdict(own.articlesPerSecond.median >= aimedRate),
            ],
        ratio === null
          ? []
          : ['rate over that of Lucene Monitor, same searches', spread(ratio, 2), '1', verdict(ratio.median >= 1)],
        ...(agreement === null
          ? []
          : [
              [
                'plain words, English articles: matches of both / only Mimir / only Lucene',
                agreed(agreement.words),
                '',
                '',
              ],
              ['all kinds, English articles: the same', agreed(agreement.all), '', ''],
            ]),
      ].filter((row) => row.length > 0),
    ),
    table(
      [
        '',
        'searches',
        'articles/s',
        'matches an article',
        'looked at an article',
        'load, s',
        'change of one, ms p50 / p95',
        'heap, MB',
      ],
      contenders.map(rowOf),
    ),
  ];
}

const agreed = ({ both, mimirOnly, luceneOnly }: Agreement): string => `${both} / ${mimirOnly} / ${luceneOnly}`;

function rowOf(result: ContenderResult): readonly string[] {
  const { name, searches, articlesPerSecond, matchesPerArticle, candidatesPerArticle, loadSeconds } = result;
  return [
    name,
    String(searches),
    spread(articlesPerSecond, 0),
    matchesPerArticle.toFixed(1),
    candidatesPerArticle.toFixed(0),
    loadSeconds.toFixed(2),
    `${result.changeMs.p50.toFixed(3)} / ${result.changeMs.p95.toFixed(3)}`,
    result.memoryMb.toFixed(0),
  ];
}
