import type { TaxonomyTopic } from './topic.ts';

export const disaster: TaxonomyTopic = {
  id: 'disaster',
  facets: {
    natural_disaster: [
      'Strong earthquake kills hundreds. Rescue teams searched the rubble for survivors after the 7.1 magnitude quake.',
      'Hurricane slams into the coast. Thousands were evacuated as the storm tore off roofs and cut power.',
      'Floods and landslides leave villages cut off. At least sixty people died, the disaster agency said.',
      'Tsunami relief reaches survivors. Aid workers brought food and water to Aceh, where the waves left thousands homeless.',
    ],
    accident: [
      'Passenger jet crashes on landing. All 112 people on board were killed, the airline said; the cause is not known.',
      'Train derails, injuring forty. Emergency services freed passengers from the carriages.',
      'Ferry sinks with 200 aboard. Coastguards picked up survivors and bodies from the sea.',
      'Two die in motorway crash. A lorry ran into a queue of cars and the road was closed for hours.',
    ],
    fire_and_explosion: [
      'Fire destroys warehouse. Eighty firefighters fought the blaze, and people nearby were told to leave their homes.',
      'Explosion in coal mine traps dozens of miners; rescuers feared a build-up of gas underground.',
    ],
  },
};
