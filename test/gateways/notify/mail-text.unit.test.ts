import { expect, test } from 'vitest';
import { mailText } from '../../../gateways/notify/channels/mail-text.ts';
import { madeUpReport } from '../reports/made-up-report.ts';

test('a report is mailed as a page, with the same in plain text', () => {
  const data = { title: 'Weekly report: Bridges', report: madeUpReport() };
  const { subject, text, html } = mailText({ type: 'report.made', data });
  expect(subject).toBe('Mimir: Weekly report: Bridges');
  expect(text).toContain('TOP STORIES');
  expect(html).toContain('<!doctype html>');
});

test('an alert is mailed as plain text', () => {
  const alerts = [{ title: 'A comet', matched: ['comet'], facts: { url: 'https://example.org/1' } }];
  expect(mailText({ type: 'alert.raised', data: { title: 'Comets: 3 alerts', count: 3, alerts } })).toEqual({
    subject: 'Mimir: Comets: 3 alerts',
    text: 'Comets: 3 alerts\n\nA comet\nmatches: comet\nhttps://example.org/1\n\nand 2 more',
  });
});
