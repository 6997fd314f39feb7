import type { TaxonomyTopic } from './topic.ts';

export const sport: TaxonomyTopic = {
  id: 'sport',
  facets: {
    football: [
      'Arsenal held to draw. A late goal by the striker gave Chelsea a point in the Premier League.',
      'Real Madrid through to the Champions League final after winning 2-0 in the second leg.',
      'Manager sacked after fifth defeat. The club, bottom of the table, named an interim coach.',
      'Striker joins United on a four-year contract. The England international passed his medical.',
    ],
    rugby_and_cricket: [
      'Wales beat Ireland in Six Nations. The fly-half kicked five penalties in front of a full stadium.',
      'Australia win Test by nine wickets. The captain scored a century and the bowlers finished the innings before lunch.',
    ],
    tennis_and_golf: [
      'Top seed beaten in straight sets. The Russian reached the semi-finals of the Australian Open.',
      'Woods shares the lead. The golfer shot a 65 in the first round of the US Open, two birdies ahead of Els.',
    ],
    athletics: [
      'Sprinter wins Olympic gold. He ran the 100 metres in 9.85 seconds; Greece took silver in the relay.',
      'Runner fails drugs test. The athlete may be banned for two years for doping.',
      'Swimmer breaks world record in the 200 metres freestyle at the championships.',
    ],
    american_sports: [
      'Red Sox beat Yankees to win pennant. The pitcher struck out nine, and a home run in the eighth inning decided the game.',
      'Quarterback throws three touchdowns. The Patriots won their eighteenth NFL game in a row.',
      'Lakers guard scores 40 points. The NBA season opens on Tuesday; the Pistons are without their center.',
      'NHL lockout goes on. Hockey players and owners failed to agree on a salary cap.',
      'College football: the Sooners stay unbeaten and rise in the rankings. Coach suspends running back.',
    ],
    racing_and_boxing: [
      'Schumacher wins Grand Prix. The Ferrari driver led from pole position to the finish.',
      'Champion keeps title. The heavyweight knocked out the challenger in the sixth round.',
      'Rider wins stage of the Tour de France and takes the yellow jersey; the favourite wins the Derby.',
    ],
  },
};
