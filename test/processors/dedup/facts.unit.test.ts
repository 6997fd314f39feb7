import { describe, expect, test } from 'vitest';
import { articleId } from '../../../domain/identity.ts';
import { factsOf, timeOf } from '../../../processors/dedup/facts.ts';
import { article } from './articles.ts';

const url = 'https://a.example/story';

const words = (count: number) => Array.from({ length: count }, () => 'abc').join(' ');
const key = (title: string) => factsOf(article({ url, title })).title;

const day = 86_400_000;
test.each([
  { title: 'is that of the publication', fetched: 100 * day + 5, published: 100 * day, time: 100 * day },
  { title: 'stays when the article is collected anew', fetched: 130 * day, published: 100 * day, time: 100 * day },
  {
    title: 'is that of the collection where this was more than a window later',
    fetched: 130 * day + 1,
    published: 100 * day,
    time: 130 * day + 1,
  },
])('the time of an article $title', ({ fetched, published, time }) => {
  expect(timeOf(factsOf(article({ url, fetched_at: fetched, published_at: published })), 30 * day)).toBe(time);
});

describe('the declared address', () => {
  test.each([
    { title: 'says nothing where there is none', canonical: null, claims: null },
    { title: 'says nothing where it is the own one', canonical: url, claims: null },
    { title: 'says nothing where it is a home page', canonical: 'https://a.example/', claims: null },
    { title: 'says nothing where it is a stranger’s home page', canonical: 'https://b.example/', claims: null },
    { title: 'says nothing where it is no address', canonical: 'nonsense', claims: null },
    {
      title: 'names an article of the same site',
      canonical: 'https://a.example/other',
      claims: 'https://a.example/other',
    },
    { title: 'names an article by its query', canonical: 'https://a.example/?p=7', claims: 'https://a.example/?p=7' },
    { title: 'names an article of another site', canonical: 'https://b.example/x', claims: 'https://b.example/x' },
  ])('$title', ({ canonical, claims }) => {
    const facts = factsOf(article({ url, canonical_url: canonical }));

    expect(facts.claims).toBe(claims === null ? '' : articleId('public', claims));
  });

  test('of a private article names private articles only', () => {
    const facts = factsOf(article({ url, visibility: 'org-1', canonical_url: 'https://b.example/x' }));

    expect(facts.claims).toBe(articleId('org-1', 'https://b.example/x'));
  });

  test('gives precedence to articles on its own host', () => {
    const canonical = 'https://a.example/x';
    const late = factsOf(article({ url, canonical_url: canonical, published_at: 2_000 }));
    const early = factsOf(article({ url: 'https://b.example/y', canonical_url: canonical, published_at: 1_000 }));

    expect(late.declaredRank).toBeLessThan(early.declaredRank);
    expect(early.textRank).toBeLessThan(late.textRank);
  });
});

describe('the text', () => {
  test.each([
    { title: 'nothing', text: '', groups: false },
    { title: '39 short words', text: words(39), groups: false },
    { title: '40 short words', text: words(40), groups: true },
    { title: '199 characters', text: '字'.repeat(199), groups: false },
    { title: '200 characters', text: '字'.repeat(200), groups: true },
    { title: 'much white space around little', text: `a${' \n'.repeat(300)}b`, groups: false },
  ])('of $title groups: $groups', ({ text, groups }) => {
    expect(factsOf(article({ url, text })).text !== '').toBe(groups);
  });

  test('of private and public articles never groups', () => {
    const [open, hidden] = ['public', 'org-1'].map((visibility) => factsOf(article({ url, visibility })).text);

    expect(open).not.toBe(hidden);
  });
});

describe('the title', () => {
  test('is the same for other cases, spaces and punctuation', () => {
    expect(key('Rates rise – again, says bank')).toBe(key('RATES RISE:  again says Bank!'));
  });

  test('differs by a word', () => {
    expect(key('Rates rise again, says bank')).not.toBe(key('Rates fall again, says bank'));
  });

  test.each(['Live', 'Editorial', '!!! ??? --- ... ,,, ;;;'])('is no evidence where it is a rubric: %s', (title) => {
    expect(key(title)).toBe('');
  });
});
