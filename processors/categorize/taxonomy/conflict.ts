import type { TaxonomyTopic } from './topic.ts';

export const conflict: TaxonomyTopic = {
  id: 'conflict',
  facets: {
    war: [
      'Troops advance on rebel stronghold. Fighting killed at least thirty people as the army shelled the town, residents said.',
      'Air strike kills militants. Helicopters fired missiles at a camp in Gaza after rockets hit southern Israel.',
      'US soldiers killed by roadside bomb near Baghdad. Insurgents attacked a military convoy, officials said.',
      'Missiles hit the capital overnight. Ukraine said its air defence shot down most of the Russian drones.',
    ],
    terrorism: [
      'Suicide bomber kills twelve in market. Nobody claimed responsibility, but police blamed Islamist militants.',
      'Hostages freed after raid. Commandos stormed the building where gunmen had held foreign workers for two days.',
      'Kidnappers threaten to behead hostage. The militant group linked to al Qaeda posted a video with its demands.',
    ],
    peace: [
      'Ceasefire signed. The government and the rebels agreed to end two decades of civil war under a deal brokered by the United Nations.',
      'Peacekeepers sent to Darfur. African Union soldiers are to protect refugees in camps on the border with Chad.',
      'Palestinian and Israeli leaders resume peace talks on withdrawal from the occupied territories.',
    ],
    unrest: [
      'Army seizes power. Soldiers took over the state television and arrested the president in a coup.',
      'Police fire tear gas at protesters. Tens of thousands marched through the capital to demand that the government resign.',
      'Riots spread in the capital after the shooting of an opposition leader; a curfew was declared.',
    ],
  },
};
