/** What the publishers of the flow tests run. */
export interface Story {
  readonly host: string;
  readonly slug: string;
  readonly title: string;
  readonly publishedAt: string;
  readonly paragraphs: readonly string[];
}

const crane = [
  'The largest crane of the container terminal stopped on Monday morning when a steel cable parted under load, and eleven ships had to wait outside the breakwater until the evening tide.',
  'Nobody was hurt, the port captain said. A safety brake held the load twelve metres above the quay, and a crew of four lowered it by hand in the course of three hours while the pier below was kept clear.',
  'The operator has ordered the cables of the two remaining cranes to be examined before they may lift again. Importers of fruit fear for their cargo, since cold storage on the southern quay has been full for a week.',
  'An inspector from the ministry is expected on Wednesday. Until the report is written, the terminal works with floating cranes that handle about a third of the usual number of boxes.',
];

export const stories: readonly Story[] = [
  {
    host: '127.0.4.1',
    slug: 'harbour-crane',
    title: 'Broken cable halts the great crane at the container terminal',
    publishedAt: '2026-01-05T07:30:00Z',
    paragraphs: crane,
  },
  {
    host: '127.0.4.4',
    slug: 'harbour-crane',
    title: 'Ships queue after accident on the quay',
    publishedAt: '2026-01-05T09:10:00Z',
    paragraphs: crane,
  },
  {
    host: '127.0.4.1',
    slug: 'ferry-fares',
    title: 'Ferry fares to the islands will rise in spring',
    publishedAt: '2026-01-04T10:00:00Z',
    paragraphs: [
      'Passengers to the outer islands will pay nine per cent more from the first of April, the ferry company announced after a meeting of its board on Sunday evening.',
      'The company gives the price of fuel as its reason. Residents keep their reduced ticket, while day visitors with a car pay the full increase and a new charge for luggage on the roof.',
      'The mayor of the largest island called the decision short-sighted and asked the council to look for a second operator before the season begins, as it had done with success ten years ago.',
    ],
  },
  {
    host: '127.0.4.2',
    slug: 'vineyard-frost',
    title: 'Night frost takes a third of the grape harvest',
    publishedAt: '2026-01-03T06:00:00Z',
    paragraphs: [
      'Winegrowers of the upper valley have lost about a third of this year’s crop to two nights of frost, according to a first count by their cooperative on Saturday.',
      'Straw fires and sprinklers saved the slopes by the river, where warm smoke lay over the rows until dawn. Higher up the young shoots turned black within hours, and there was nothing to be done.',
      'The cooperative expects prices to climb, and the oldest estates have asked for help from the disaster fund. Insurance covers hail in most contracts, but not frost, and few had paid for more.',
    ],
  },
  {
    host: '127.0.4.2',
    slug: 'bridge-reopens',
    title: 'Stone bridge reopens to walkers after two years of repair',
    publishedAt: '2026-01-02T12:00:00Z',
    paragraphs: [
      'The old stone bridge below the abbey carries people again. Two years after a flood had washed out its middle pier, the first walkers crossed on Friday behind a brass band.',
      'Masons cut four hundred blocks from the same quarry that had served the builders in the fifteenth century. Engineers hid a concrete core in the pier, so that the next flood finds more resistance.',
      'Cars stay shut out for good. The town wants to plant lime trees on both approaches and hopes that guests who used to drive past will now stop, stroll across and have lunch.',
    ],
  },
  {
    host: '127.0.4.3',
    slug: 'telescope-comet',
    title: 'Mountain telescope finds a comet on its way to the sun',
    publishedAt: '2026-01-01T22:15:00Z',
    paragraphs: [
      'Astronomers at the mountain observatory have found a comet that nobody had seen before. It will pass the sun in late summer and may then be bright enough for the naked eye.',
      'A student noticed the faint smudge on three pictures taken within an hour. Colleagues on two other continents confirmed it the next night and computed a path that takes eleven thousand years for one turn.',
      'How bright it will become cannot be told yet, since fresh comets often fall apart when the ice beneath their crust begins to boil. The observatory plans public evenings from July on.',
    ],
  },
  {
    host: '127.0.4.3',
    slug: 'library-robots',
    title: 'City library lets machines fetch the books from its cellar',
    publishedAt: '2025-12-31T09:45:00Z',
    paragraphs: [
      'Whoever orders an old book at the city library now gets it within six minutes. Small vehicles on rails fetch it from the cellar, where two million volumes stand in boxes without any order that a person could read.',
      'The librarians, who used to walk up to fifteen kilometres a day, were sceptical at first. Nobody has lost their job, the director says; they have moved upstairs to the reading rooms and the children.',
      'A system of scales notices when a box returns too light, and the catalogue learns at once which book is missing. In the first month four were found that had been counted as stolen since 1987.',
    ],
  },
  {
    host: '127.0.4.4',
    slug: 'orchestra-strike',
    title: 'Orchestra and opera agree and end their strike',
    publishedAt: '2025-12-30T18:00:00Z',
    paragraphs: [
      'The musicians of the state opera return to the pit on Thursday. After seven weeks of cancelled evenings both sides signed an agreement that raises pay in three steps and limits the number of double performances.',
      'The house had played with piano alone or not at all, and lost a fifth of its season tickets. Its director thanked the audience for its patience and announced a free concert on the square.',
      'The union speaks of a fair result. Still open is who pays for the substitutes of the touring company, a matter that a court will have to settle later in the year.',
    ],
  },
];
