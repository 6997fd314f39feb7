import type { TaxonomyTopic } from './topic.ts';

export const crime: TaxonomyTopic = {
  id: 'crime',
  facets: {
    police: [
      'Man arrested after fatal stabbing. Police have charged a 24-year-old with murder after a body was found in a flat.',
      'Gunman shoots three in shopping centre. Detectives are looking for a suspect who fled by car.',
      'Police seize two tonnes of cocaine. Officers arrested nine suspected members of a smuggling gang.',
      'Robbers take jewels worth millions in raid on a shop; police appealed for witnesses.',
    ],
    trial: [
      'Jury finds former doctor guilty. The judge sentenced him to life in prison for killing four patients.',
      'Trial of accused serial killer opens. Prosecutors told the court that his DNA was found at the scene.',
      'Appeal court frees man after nineteen years in jail. New evidence showed that he was wrongly convicted.',
    ],
    law: [
      'Supreme Court strikes down law. The justices ruled five to four that the statute violates the constitution.',
      'Judge dismisses lawsuit. The plaintiffs had sought damages for defamation and said they would appeal.',
    ],
    white_collar_crime: [
      'Ex-treasurer charged with embezzlement. Prosecutors say he took bribes and hid the money in foreign accounts.',
    ],
  },
};
