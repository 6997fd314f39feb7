import type { TaxonomyTopic } from './topic.ts';

export const economy: TaxonomyTopic = {
  id: 'economy',
  facets: {
    markets: [
      'Stocks fall on rate worries. The Dow Jones industrial average lost 90 points and the Nasdaq slipped, as investors sold shares.',
      'Dollar drops against the euro. Traders said the currency was hit by concern over the US trade deficit.',
      'European shares rise on strong earnings, with banks and insurers leading the gains in London and Frankfurt.',
      'Bond yields climb, gold slips as investors await the Fed.',
    ],
    national_economy: [
      'Economy grew faster than expected. Gross domestic product rose 0.8% in the third quarter, helped by exports and consumer spending.',
      'Central bank raises interest rates by a quarter point to curb inflation, which rose to 3.4% in August.',
      'US employers added 144,000 jobs last month, less than economists forecast; the unemployment rate held at 5.4%.',
      'Retail sales slump. Consumer confidence fell to its lowest in two years, a survey showed.',
    ],
    earnings: [
      'Quarterly profit jumps 20%. The company reported net income of $340m and raised its forecast for the year.',
      'Retailer issues profit warning. Its shares fell 12% after it said sales over Christmas were weak.',
      'Loss widens at carmaker. Revenue fell and the group will close two plants and cut costs.',
    ],
    mergers: [
      'Takeover bid of $9bn accepted. The board recommended that shareholders accept the offer from its larger rival.',
      'Software maker agrees to buy competitor for $1.8bn in cash, ending a hostile takeover fight between the companies.',
      'Chief executive steps down after investors had called for a change at the top of the company.',
      'Company files for initial public offering and hopes to raise $2.7bn from investors on the stock exchange.',
    ],
    energy: [
      'Oil prices hit a record. Crude rose above $50 a barrel in New York on fears over supplies from Iraq and Russia.',
      'Opec agrees to raise output. Oil ministers said that the cartel would pump a million barrels a day more.',
      'Gas producer signs a supply contract for a liquefied natural gas terminal.',
    ],
    trade: [
      'Tariffs on steel imports challenged. The European Union took the case to the World Trade Organization.',
      'China textile exports surge after quotas end; US makers ask for limits on imports.',
      'Coffee and wheat prices rise as exporters report poor harvests; tonnes shipped fell in the season.',
    ],
    industry: [
      'Airline files for bankruptcy protection. The carrier wants to cut wages and pensions to compete with low-cost rivals.',
      'Boeing wins order for thirty aircraft. The deal with the airline is worth $4bn at list prices.',
      'Supermarket chain to open 200 stores. It wants to win market share with lower prices.',
      'Drug company withdraws painkiller, and its shares plunge on fears of lawsuits and lost sales.',
    ],
    banking: [
      'Bank fined over mis-selling. The regulator said customers were not told of the risks of the investment.',
      'Insurer settles with regulators who probed accounting and bid rigging; the brokers will pay $850m.',
      'House prices fall for third month. Mortgage lenders say that fewer buyers can afford a home.',
      'Trial of ex-finance chief: the company inflated its revenue in an accounting fraud that cost investors billions.',
    ],
  },
};
