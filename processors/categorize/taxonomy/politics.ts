import type { TaxonomyTopic } from './topic.ts';

export const politics: TaxonomyTopic = {
  id: 'politics',
  facets: {
    elections: [
      'President wins second term. With most votes counted, he led his rival by three points after a bitter campaign.',
      'Opposition leads in polls before the general election. The party promises tax cuts in its manifesto.',
      'Candidates clash in televised debate. The senator accused the president of misleading voters.',
      'Voters go to the polls in the first free election; observers report fraud in some provinces.',
    ],
    government: [
      'Minister resigns over affair. The prime minister accepted his resignation and named a successor in the cabinet.',
      'MPs vote on asylum bill. The home secretary defended the plans for identity cards in the Commons.',
      'Labour and Tories argue about tax and spending. The chancellor rejected claims of a hole in the budget.',
      'Senate passes bill. Lawmakers from both parties backed the reform, which goes to the White House to be signed.',
      'Coalition talks collapse. The chancellor lost her majority in parliament and may call an early election.',
    ],
    policy: [
      'Council tax to rise. Local authorities say ministers have not given enough money for schools and care.',
      'Peers reject hunting ban. The government may use the Parliament Act to force the law through the Lords.',
      'Party conference backs leader. Delegates cheered his speech on public services and immigration.',
    ],
    diplomacy: [
      'Iran defends its nuclear programme. Diplomats from the European Union urged Tehran to stop enriching uranium.',
      'North Korea returns to six-party talks. Foreign ministers welcomed the step at a meeting in Beijing.',
      'Leaders meet at summit. The presidents of Russia and France discussed security and relations with the West.',
      'UN Security Council adopts sanctions. The resolution demands that Syria withdraw its forces from Lebanon.',
      'Turkey to begin talks on joining the European Union, if it recognises Cyprus.',
    ],
  },
};
