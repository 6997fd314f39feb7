import type { TaxonomyTopic } from './topic.ts';

export const weather: TaxonomyTopic = {
  id: 'weather',
  facets: {
    forecast: [
      'Rain and wind to spread from the west. Tomorrow will be cloudy with sunny spells and highs of 14 degrees, forecasters say.',
      'Snow expected overnight. The weather service warns of icy roads and temperatures below freezing.',
      'Heatwave to last all week. Temperatures of up to 38 degrees are forecast, with thunderstorms on Friday.',
    ],
  },
};
