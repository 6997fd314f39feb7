import type { TaxonomyTopic } from './topic.ts';

export const environment: TaxonomyTopic = {
  id: 'environment',
  facets: {
    climate: [
      'Global warming melts Arctic ice faster than thought. Scientists called for deep cuts in greenhouse gas emissions.',
      'Countries agree on carbon targets. The climate treaty commits nations to cut emissions by 2030.',
      'Wind and solar power overtake coal. Renewable energy made up a third of electricity last year.',
    ],
    nature: [
      'Endangered tigers return. Conservationists counted more of the animals in the reserve than ten years ago.',
      'Fish stocks near collapse. Overfishing threatens cod in the North Sea, a report on marine life says.',
      'Rainforest is lost at record pace as loggers and farmers clear trees in the Amazon.',
    ],
    pollution: [
      'Oil spill reaches beaches. Volunteers cleaned seabirds as the slick from the tanker drifted ashore.',
      'Plastic waste found in the deepest sea; campaigners want bottles and bags banned. Smog chokes the city.',
    ],
  },
};
