import type { TaxonomyTopic } from './topic.ts';

export const society: TaxonomyTopic = {
  id: 'society',
  facets: {
    community: [
      'Census shows an ageing population. Women have fewer children and more people live alone.',
      'Migrants cross the border. Charities say that thousands of refugees live in camps without work.',
      'Charity opens shelter for homeless people. Poverty has risen, and more families need food banks.',
    ],
    rights: [
      'Same-sex couples marry. Campaigners for gay rights celebrated outside the registry office.',
      'Women earn less. Equality campaigners say that discrimination by sex and race goes on.',
    ],
  },
};
