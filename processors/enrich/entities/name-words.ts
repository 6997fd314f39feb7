/** Word lists for names in news, lower case without accents. */
const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/u));

/** Before a person's name and no part of it. */
export const titles = words(`
  mr mrs ms miss dr sir dame lord lady prof professor rev reverend fr sister brother father pope saint president premier
  chancellor minister secretary senator sen congressman congresswoman representative rep governor gov mayor judge justice
  general gen colonel col captain capt major maj lieutenant lt sergeant sgt admiral commander inspector detective officer
  king queen prince princess duke duchess emperor sheikh sultan ayatollah imam rabbi bishop archbishop cardinal
  chairman chairwoman chief director spokesman spokeswoman coach manager captain striker defender midfielder goalkeeper
  ambassador envoy leader attorney lawyer economist analyst actor actress singer writer author
  herr frau bundeskanzler bundeskanzlerin kanzler kanzlerin prasident prasidentin ministerin minister
  monsieur madame mme mlle president presidente ministre senor senora sr sra signor signora presidente ministro
  meneer mevrouw pan pani`);

/** With a capital before names in British and American prose; what follows is another name. */
export const roles = words(`
  prime foreign interior defence defense finance deputy vice former ex acting first second lady home economy trade justice
  health education labour labor executive financial operating senior junior
  party state minister ministers general secretary president spokesman spokeswoman coach`);

/** Words that make a name one of an organisation, wherever they stand in it. */
export const organizationWords = words(`
  inc corp corporation co company companies ltd limited llc plc ag gmbh sa spa nv bv ab asa oyj kg kgaa se pty bhd holdings
  holding group gruppe groupe grupo gruppo bank banks banco banque banca partners associates brothers bros sons trust fund
  funds capital securities investments insurance assurance airlines airways air motors motor steel oil petroleum gas energy
  electric electronics telecom telecommunications communications media news times post journal tribune herald guardian gazette
  chronicle observer newspaper radio television tv press agency agence agencia university universitat universite universidad
  college school institute institut instituto academy academie hospital clinic ministry ministere ministerio ministerium
  department dept office bureau commission committee council parliament congress senate assembly bundestag knesset duma court
  tribunal police army navy guard force forces command authority administration service services board federation
  confederation association union league society foundation party partei parti partido partito partij front movement alliance
  coalition liberation brigade brigades church federal reserve treasury house exchange club fc afc cf ac sc fk nk sk bk if bsc
  vfb vfl tsv fsv sv rc cd ud united city rovers wanderers athletic albion hotspur town county rangers celtic dynamo lokomotiv
  spartak sporting real atletico inter olympique borussia bayern eintracht ministry exchange laboratories labs technologies
  systems software pharmaceuticals industries international enterprises resources products foods stores railways railway
  organization organisation nations`);

/** Words that make a name one of a place, wherever they stand in it. */
export const placeWords = words(`
  river lake mount mountain mountains sea ocean bay gulf strait island islands isle valley desert peninsula cape coast beach
  street avenue road square park airport station bridge port province region district county state republic kingdom territory
  village heights hills hill springs falls creek canyon forest plaza stadium arena circuit north south east west northern
  southern eastern western central upper lower strip bank city new`);

/** Words that make a name one of an event, a work or another thing. */
export const otherWords = words(`
  cup open championship championships olympics olympic games trophy prize award awards tour grand prix masters marathon
  derby classic war wars act treaty accord agreement convention pact protocol festival fair summit conference conf bowl series
  test rally league division plan euro day revolution summer winter`);

/** Between the parts of one name. */
export const connectors = words(
  `de del della di da do dos das du des la le el al van von der den ten ter bin ibn ben zu zum y e`,
);

/** "Bank of England", "University of Leeds": before "of", these go on. */
export const beforeOf = words(`
  bank university republic kingdom ministry house department institute board council commission court union federation
  association society church bay gulf cape isle city state states school college chamber academy office bureau league
  organization organisation army cup prince princess duke duchess earl speaker museum province district strait sea
  emirates tour battle treaty museum confederation congress international journal`);

/** News English that is written with a capital at the start or in headlines and is no name. */
export const commonNewsWords = words(`
  soccer tennis cricket rugby basketball baseball hockey golf athletics swimming skiing alpine boxing cycling badminton
  snooker volleyball football squash chess judo skating motorcycling racing biathlon bobsleigh handball triathlon sailing
  results result scores score standings summary summaries roundup preview leading scorers innings overs wickets wicket bowling
  batting fall extras total played won lost drawn points goals against goal halftime division round final finals semifinal
  semifinals quarterfinal quarterfinals qualifying qualifier attendance scorer scorers ranking rankings tally leaders playoff
  playoffs doubles singles men women mens womens tabulated lbw run-out newsroom update correction corrected embargo advisory
  newcomer newcomers dealers traders analysts brokers shares bonds futures yen cents percent pct note notes source text
  conference pacific-central metropolitan stocks closing opening market markets stock exchange price prices index wheat corn soybeans
  copper crude barrels tonnes barrel bourse forex loonie rouble rubles crowns crown zloty rupee rupees ringgit baht interbank
  one two three four five six seven eight nine ten eleven twelve half quarter third fourth fifth sixth seventh eighth ninth
  tenth million billion thousand hundred dozen monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu
  thur thurs fri sat sun january february march april may june july august september october november december jan feb mar apr
  jun jul aug sep sept oct nov dec gmt est pst cet utc am pm a an the also still even here there however meanwhile earlier later
  although despite according asked nevertheless nobody everybody everyone anyone yes no well let maybe perhaps dear hello
  thanks english-language tel fax page pages photo video reporting editing writing additional copyright rights reserved internet
  web site online email gross net profit loss revenue sales income earnings dividend quarter annual interim preliminary
  consolidated previous latest est forecast vs versus avg rev per share yr wk wks mths curr ytd ch chg vol n/a na hi lo
  halt cut cuts seen sees see hit hits beat beats top tops held set sets say says kill killed kills win wins lead leads deal
  talks vote polls poll summit crash blast bomb troops police rebels rebel protest strike strikes clash clashes court jail jailed
  draw upset upsets edge edges rout routs stun stuns crush crushes ease eases rise rises fall falls end ends slip slips gain gains
  box weather temperature high low cloudy sunny rain snow snowfall sea-level overall slalom downhill super-g giant sprint relay butterfly
  freestyle breaststroke backstroke medley metres meters km laps lap seconds minutes hours champion champions championship defending
  title holder seeded unseeded seed prefix denotes denote first-round second-round transfers signings injuries squad squads team
  teams coach umpire referee substitutes caps youth reserves pts pct gb gf ga w d l p f t ot so sv era ab avg rbi
  grain grains oilseeds meals meal oils cattle hogs hog slaughter cash bids export exports imports import shipments tender tenders
  rtrs nyc trade-weighted chaos airport port`);

/** Written in capitals behind a name in headlines, they are its last part: "ASIAN CUP", "MANCHESTER UNITED". */
export const headlineEndings =
  words(`cup open prix grand games olympics masters championship united city rangers rovers wanderers
  town bank party university airlines airways corp inc ltd islands island county republic bay beach trophy bowl`);

/** Of events that are named by sports or politics alone and often stand before a name. */
export const acronymsNoName =
  words(`tv pc cd dvd gdp gnp ceo cfo coo mp mps pm am gmt usd eur gbp dm pct hq id vs lbw ot ipo aids hiv dna
  cpi ppi m3 m2 m1 roi eps faq diy pr hr it ai vip sos rip ufo vat imo pts gb l v nd rd st th dec nov oct jan feb aug sept sep jun jul mar apr
  q1 q2 q3 q4 h1 h2 ii iii iv vi vii viii ix`);

/** After a comma behind a name: "Smith, 39, ..."; before a place: "in Berlin". */
export const beforePlace =
  words(`in near at from to towards into around outside across throughout within visiting via leaving
  en in nach aus bei em na no nel nella a vers dans i w we v na u`);

/** Given names that are English words; they are names before another name. */
export const givenThatAreWords =
  words(`les norm mark will grant may april june rose grace bill rob pat sue art frank drew chuck
  jack mike nick gene dean guy lance miles rich sandy ray dale glen cliff chip faith hope joy ivy lily daisy ruby pearl crystal
  amber dawn eve summer autumn christian carol penny victor angel jean rusty buck woody robin jay basil miles wade ward chase
  hunter mason tanner tyler parker walker carter cooper royal earl duke prince baron king max major`);

/** Verbs and such that people do. */
export const afterPerson =
  words(`said says told added scored won beat lost who told asked replied wrote tweeted argued insisted joked
  sagte erklarte dit declare dijo afirmo ha disse zei sa mowi`);
