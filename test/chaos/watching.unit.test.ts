import { describe, expect, test } from 'vitest';
import { Findings } from './check/findings.ts';
import { checkAlerts, checkReports, checkTold } from './check/watching.ts';
import type { ArticleLine } from './ledger.ts';
import type { Received } from './watching.ts';

const inArden = { articles: new Map([['a', [{ title: 'Fair of Arden 1 (v1)' } as ArticleLine]]]) };
const searches = [{ id: 's', town: 'Arden' }];
const alert = (id: string, article: string) => ({ id, article_id: article, saved_search_id: 's' });
const telling = (id: string, ...alerts: string[]): Received => ({ id, type: 'alert.raised', alerts, report: null });
const reporting = (id: string): Received => ({ id, type: 'report.made', alerts: [], report: 'r' });
const wordsOf = (check: (report: Findings['report']) => void): readonly string[] => {
  const findings = new Findings();
  check(findings.report);
  return findings.list.map(({ word }) => word);
};

describe('alerts held against the ledger', () => {
  test.each([
    ['one alert for each article is right', [alert('1', 'a')], []],
    ['an article without an alert is lost', [], ['lost']],
    ['two alerts for an article are a duplicate', [alert('1', 'a'), alert('2', 'a')], ['duplicate']],
    ['an alert for another article is unseen', [alert('1', 'a'), alert('2', 'b')], ['unseen']],
  ])('%s', (_, alerts, expected) => {
    expect(wordsOf((report) => checkAlerts(alerts, inArden, { searches }, report))).toEqual(expected);
  });
});

describe('notifications held against alerts', () => {
  test.each([
    ['an alert that came twice under one id is right', [telling('n', '1'), telling('n', '1')], []],
    ['an alert that came to nobody is lost', [], ['lost']],
    ['an alert in two notifications is a duplicate', [telling('n', '1'), telling('m', '1')], ['duplicate']],
    ['a notification of no alert is unseen', [telling('n', '1', '2')], ['unseen']],
  ])('%s', (_, received, expected) => {
    expect(wordsOf((report) => checkTold([{ id: '1' }], received, report))).toEqual(expected);
  });
});

describe('reports held against schedules', () => {
  test.each([
    ['a report told once by each schedule is right', [reporting('n'), reporting('m'), reporting('m')], []],
    ['a schedule that told nothing is lost', [reporting('n')], ['lost']],
    ['a report told more often is a duplicate', [reporting('n'), reporting('m'), reporting('o')], ['duplicate']],
  ])('%s', (_, received, expected) => {
    expect(wordsOf((report) => checkReports(received, { scheduleIds: ['x', 'y'] }, report))).toEqual(expected);
  });
});
