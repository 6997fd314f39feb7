import type { TaxonomyTopic } from './topic.ts';

export const humanInterest: TaxonomyTopic = {
  id: 'human-interest',
  facets: {
    curiosities: [
      'Man grows world record pumpkin. The giant weighs more than a small car, and he plans to make soup.',
      'Cat returns home after five years. The family had given up hope when a neighbour heard it at the door.',
      'Lost wedding ring is found in a carrot pulled from the garden thirteen years later.',
    ],
    good_deeds: [
      'Boy, nine, sells lemonade for sick friend. Strangers sent thousands when they heard of his touching idea.',
      'Twins separated at birth meet at 78. The sisters hugged and cried at the airport.',
      'Grandmother celebrates her 110th birthday and tells the secret of a long life.',
    ],
  },
};
