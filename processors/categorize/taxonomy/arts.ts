import type { TaxonomyTopic } from './topic.ts';

export const arts: TaxonomyTopic = {
  id: 'arts',
  facets: {
    film: [
      'Thriller tops US box office for second week. The film took $31m at cinemas in its second weekend, holding off a new animated comedy.',
      'Director wins top prize at film festival. The drama about two sisters was awarded the Golden Bear by the jury in Berlin.',
      'Oscar nominations announced. The period drama leads the race with eleven nominations, including best actor and best picture.',
      'Review: the sequel has the stars and the special effects, but the script lets its actors down.',
    ],
    television: [
      'New season of hit drama draws record audience. More than nine million viewers watched the first episode on Sunday night.',
      'Comedian to host late-night talk show. The network said the presenter will take over the programme in autumn.',
      'Fans shocked as soap opera kills off a favourite character in the season finale.',
    ],
    music: [
      'Rock band announces reunion tour. The group will play stadiums in twenty cities, with tickets on sale from Friday.',
      "Singer's new album goes straight to number one. It is her fourth chart topper in a row.",
      'Rapper wins three Grammy awards, including album of the year, at a ceremony in Los Angeles.',
      'Orchestra names new conductor, who will open the season with a Mahler symphony at the concert hall.',
    ],
    books: [
      'Debut novelist wins literary prize. Judges called the book a work of rare imagination.',
      "Author's memoir becomes a bestseller. Her publisher has ordered a third printing.",
    ],
    stage_and_museums: [
      'Museum shows lost paintings. The exhibition brings together forty works by the Dutch master for the first time.',
      'Broadway musical to close after twelve years. The theatre will stage a new play in spring.',
      'Auction record for sculpture. The bronze was sold to a private collector of modern art in London.',
      'Ballet company dances a new Swan Lake to standing ovations.',
    ],
    celebrities: [
      'Actress and singer announce their engagement. The couple posted a picture of the ring, and fans sent congratulations.',
      'Star spotted on the red carpet with new boyfriend, as the pop singer denies rumours of a split.',
      "Reality TV star gives birth to baby girl, the celebrity's spokesman told a magazine.",
      'Veteran actor, best known for his roles in westerns, dies at 84.',
    ],
    press: [
      'Newspaper to end its print edition. The paper will go on as a website, its editor told the newsroom.',
      'Broadcaster apologises for report. The journalists had not checked their source, an inquiry found.',
    ],
  },
};
