import type { TaxonomyTopic } from './topic.ts';

export const lifestyle: TaxonomyTopic = {
  id: 'lifestyle',
  facets: {
    food: [
      'Recipe: roast chicken with lemon and thyme. Serve with potatoes and a green salad.',
      'The best new restaurants in town. The chef cooks regional dishes, and the wine list is short and good.',
    ],
    travel: [
      'A weekend in Lisbon: where to stay, what to see, and the best beaches nearby for tourists.',
      'Ten hikes with a view. Our travel writer walks the trails and finds quiet guest houses.',
    ],
    fashion: [
      'Designers show spring collections on the catwalks of Paris. Long coats and bright colours are in fashion.',
      'How to care for your skin in winter: beauty tips and the best creams.',
    ],
    home_and_hobbies: [
      'Plant your tulips now. Gardeners should choose a sunny place and loose soil.',
      'How to make a small flat look larger: ideas for furniture, light and paint in your home.',
    ],
  },
};
