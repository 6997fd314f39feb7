import type { TaxonomyTopic } from './topic.ts';

export const health: TaxonomyTopic = {
  id: 'health',
  facets: {
    medicine: [
      'Drug halves risk of heart attack. A study of 12,000 patients found fewer strokes among those who took the pill.',
      'Doctors test new treatment for breast cancer. Tumours shrank in most women in the clinical trial.',
      'Gene therapy restores sight in patients with inherited blindness, surgeons report.',
    ],
    disease: [
      'Bird flu kills a third person. Health officials fear that the virus could spread between humans.',
      'Measles outbreak grows. The World Health Organization urged parents to vaccinate their children.',
      'HIV infections rise. Most new AIDS cases are in Africa, where few patients get medicines.',
    ],
    healthcare: [
      'Hospital waiting lists grow. Patients wait months for operations because nurses and beds are short.',
      'Regulators approve vaccine and add a warning on antidepressants for children.',
    ],
    wellbeing: [
      'Exercise and diet cut obesity. People who walked half an hour a day lost weight and slept better, researchers say.',
      'One in five teenagers suffers from anxiety or depression, a survey of mental health finds.',
    ],
  },
};
