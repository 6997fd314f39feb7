import type { TaxonomyTopic } from './topic.ts';

export const education: TaxonomyTopic = {
  id: 'education',
  facets: {
    schools: [
      'Exam results improve. More pupils than ever passed with good grades, and head teachers praised their schools.',
      'Primary schools to get new curriculum. Teachers will spend more time on reading and mathematics.',
      'Parents fight closure of village school. The council says there are too few pupils.',
    ],
    universities: [
      'University raises tuition fees. Students said that poorer applicants would be kept from getting a degree.',
      'College enrolment falls for the third year; campuses compete for fewer students.',
    ],
  },
};
