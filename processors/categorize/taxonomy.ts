import { arts } from './taxonomy/arts.ts';
import { conflict } from './taxonomy/conflict.ts';
import { crime } from './taxonomy/crime.ts';
import { disaster } from './taxonomy/disaster.ts';
import { economy } from './taxonomy/economy.ts';
import { education } from './taxonomy/education.ts';
import { environment } from './taxonomy/environment.ts';
import { health } from './taxonomy/health.ts';
import { humanInterest } from './taxonomy/human-interest.ts';
import { labour } from './taxonomy/labour.ts';
import { lifestyle } from './taxonomy/lifestyle.ts';
import { politics } from './taxonomy/politics.ts';
import { religion } from './taxonomy/religion.ts';
import { scienceTechnology } from './taxonomy/science-technology.ts';
import { society } from './taxonomy/society.ts';
import { sport } from './taxonomy/sport.ts';
import type { TaxonomyTopic } from './taxonomy/topic.ts';
import { weather } from './taxonomy/weather.ts';

/** What each topic of domain/news-topics.ts is about. */
export const taxonomy: readonly TaxonomyTopic[] = [
  arts,
  crime,
  disaster,
  economy,
  education,
  environment,
  health,
  humanInterest,
  labour,
  lifestyle,
  politics,
  religion,
  scienceTechnology,
  society,
  sport,
  conflict,
  weather,
];
