import type { TaxonomyTopic } from './topic.ts';

export const labour: TaxonomyTopic = {
  id: 'labour',
  facets: {
    strikes: [
      'Rail workers strike over pay. The union said that members would walk out for 48 hours next week.',
      'Union and employers reach wage deal. Metalworkers get 3% more after weeks of stoppages.',
    ],
    work: [
      'Factory closes with loss of 900 jobs. Workers learned of the layoffs at a staff meeting.',
      'More people work from home. Employees want flexible hours, a survey of workplaces says.',
      'Minimum wage to rise. Low-paid workers will earn more an hour, and unions welcomed the increase.',
      'Retirement age should rise, says pensions report, as workers live longer.',
    ],
  },
};
