import { describe, expect, test } from 'vitest';
import { dateInAddress, writtenDate } from '../../domain/written-dates.ts';

const day = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString().slice(0, 10);

describe('a date that is written for readers', () => {
  test.each([
    ['Published May 3rd, 2024 at 10 am', 'en', '2024-05-03'],
    ['Sept. 5, 2014', 'en', '2014-09-05'],
    ['Monday, 5th of May 2014', 'en', '2014-05-05'],
    ['03-Jan-2019', null, '2019-01-03'],
    ['Veröffentlicht am 3. Mai 2024 um 12 Uhr', 'de', '2024-05-03'],
    ['3. März 2024', 'de', '2024-03-03'],
    ['3 de mayo de 2024', 'es', '2024-05-03'],
    ['1er août 2014', 'fr', '2014-08-01'],
    ['5 maggio 2014', 'it', '2014-05-05'],
    ['3 de março de 2024', 'pt', '2024-03-03'],
    ['3 mei 2024', 'nl', '2024-05-03'],
    ['3 września 2014', 'pl', '2014-09-03'],
    ['3. února 2020', 'cs', '2020-02-03'],
    ['3 мая 2024 г.', 'ru', '2024-05-03'],
    ['3. toukokuuta 2014', 'fi', '2014-05-03'],
    ['3 Mayıs 2024', 'tr', '2024-05-03'],
    ['5 Μαΐου 2014', 'el', '2014-05-05'],
    ['2024. május 3.', 'hu', '2024-05-03'],
    ['2024 m. gegužės 3 d.', 'lt', '2024-05-03'],
    ['ngày 3 tháng 5 năm 2024', 'vi', '2024-05-03'],
    ['3 मई 2024', 'hi', '2024-05-03'],
    ['3 مايو 2024', 'ar', '2024-05-03'],
    ['2024年5月3日 10時', 'ja', '2024-05-03'],
    ['2024년 5월 3일', 'ko', '2024-05-03'],
    ['2024-05-03', null, '2024-05-03'],
    ['2024/5/3', null, '2024-05-03'],
    ['05.07.2014', 'de', '2014-07-05'],
    ['12.5.14', 'de', '2014-05-12'],
    ['07/05/2014', 'en-US', '2014-07-05'],
    ['07/05/2014', 'en-GB', '2014-05-07'],
    ['07/05/2014', 'fr', '2014-05-07'],
    ['07/05/2014', null, '2014-05-07'],
    ['25/05/2014', 'en-US', '2014-05-25'],
    ['05/25/2014', 'fr', '2014-05-25'],
    ['updated 2 May 2024, published 1 May 2024', 'en', '2024-05-02'],
    ['3 мая 2024', 'en', '2024-05-03'],
  ] as const)('%s (%s) is %s', (text, language, expected) => {
    expect(day(writtenDate(text, language))).toBe(expected);
  });

  test.each([
    ['12 monkeys 2014'],
    ['31.2.2014'],
    ['30. února 2020'],
    ['version 1.2.3.4'],
    ['10.20.30.40'],
    ['2024'],
    ['May 2024'],
    ['tomorrow'],
    [''],
  ])('is not in %j', (text) => {
    expect(writtenDate(text, 'cs')).toBeNull();
  });

  test('stands near the beginning: what follows in a text of any length is not read', () => {
    expect(writtenDate(`${'word '.repeat(1_000)}3 May 2024`, 'en')).toBeNull();
  });
});

describe('the day in an address', () => {
  test.each([
    ['https://example.org/2014/05/03/storm', '2014-05-03', true],
    ['https://example.org/news/2014/5/3', '2014-05-03', true],
    ['https://example.org/news/2014/may/03/storm', '2014-05-03', true],
    ['https://example.org/2014-05-03/storm', '2014-05-03', true],
    ['https://example.org/storm-2014-05-03.html', '2014-05-03', false],
    ['https://example.org/20140503-storm', '2014-05-03', false],
    ['https://example.org/2014/0503/c1-1.html', '2014-05-03', false],
  ])('%s', (url, expected, isSure) => {
    const found = dateInAddress(url);
    expect([day(found?.ms), found?.isSure]).toEqual([expected, isSure]);
  });

  test.each([
    ['https://example.org/2014/05/storm'],
    ['https://example.org/2014/13/40/storm'],
    ['https://example.org/id/12345678901'],
    ['https://example.org/storm?date=2014-05-03'],
    ['no address'],
  ])('is not in %s', (url) => {
    expect(dateInAddress(url)).toBeNull();
  });
});
