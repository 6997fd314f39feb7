import type { TaxonomyTopic } from './topic.ts';

export const religion: TaxonomyTopic = {
  id: 'religion',
  facets: {
    faith: [
      'Pope prays for peace. Tens of thousands of pilgrims heard the pontiff give his Easter blessing in Rome.',
      'Bishops split over women priests. The Anglican church votes on the ordination at its synod.',
      'Muslims begin Ramadan. Believers fast from dawn to sunset and go to the mosque to pray.',
      'Hindu pilgrims bathe in the Ganges at the start of the festival; Buddhist monks open a temple.',
      'Rabbi opens synagogue. The Jewish community celebrated with prayers and songs.',
    ],
  },
};
