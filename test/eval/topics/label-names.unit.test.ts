import { describe, expect, test } from 'vitest';
import { newsTopicIds, newsTopics } from '../../../domain/news-topics.ts';
import { taxonomy } from '../../../processors/categorize/taxonomy.ts';
import { facetsOfLabels } from './label-names.ts';

const facetsOf = (...names: string[]) => facetsOfLabels(names);

describe('names of topics', () => {
  test.each([
    ['Sports', 'sport'],
    ['SPORT', 'sport'],
    ['sports news', 'sport'],
    ['Économie', ''],
    ['Business', 'economy'],
    ['business & finance', 'economy'],
    ['world_news', 'World'],
    ['WorldNews', 'World'],
    ['WORLD', 'international'],
    ['Sci/Tech', 'science and technology'],
    ['sci-tech', 'Science & Technology'],
    ['Technologies', 'tech'],
    ['Politics', 'political'],
    ['ENTERTAINMENT', 'Arts & Culture'],
  ])('%s means the same as %s', (name, same) => {
    expect(facetsOf(name)).toEqual(facetsOf(same));
  });

  test.each(['sport', 'business', 'politics', 'tech', 'entertainment', 'world', 'science', 'health', 'World News'])(
    '%s is known',
    (name) => {
      expect(facetsOf(name)[0]?.length).toBeGreaterThan(0);
    },
  );

  test.each(newsTopicIds.map((id) => [newsTopics[id].name, id] as const))(
    'the name "%s" of the taxonomy is known',
    (name, id) => {
      const own = Object.keys(taxonomy.find((topic) => topic.id === id)?.facets ?? {});
      expect(facetsOf(name)[0]).toEqual(expect.arrayContaining(own));
    },
  );

  test.each(['', '42', 'zebra', 'alt.atheism', 'zebra politics'])('"%s" means nothing that is known', (name) => {
    expect(facetsOf(name)).toEqual([[]]);
  });
});

describe('names in company', () => {
  test('elections are world news where nobody else is about them', () => {
    expect(facetsOf('World', 'Sports')[0]).toContain('elections');
    expect(facetsOf('World', 'Politics')[0]).not.toContain('elections');
    expect(facetsOf('World', 'Politics')[1]).toContain('elections');
  });

  test('each facet of technology goes to science only where there is no technology', () => {
    expect(facetsOf('science', 'sport')[0]).toContain('software');
    expect(facetsOf('science', 'tech')[0]).not.toContain('software');
    expect(facetsOf('tech', 'science')[0]).not.toContain('space');
  });
});

test('every facet that a name means is in the taxonomy', () => {
  const all = taxonomy.flatMap(({ facets }) => Object.keys(facets));
  const meant = facetsOf('sport', 'world', 'business', 'science', 'tech', 'entertainment', 'health', 'nation').flat();
  expect(all).toEqual(expect.arrayContaining(meant));
});
