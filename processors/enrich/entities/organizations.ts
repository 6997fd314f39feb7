/** Organisations that news name without a word that tells what they are; as people write them. */
export const organizations: readonly string[] = `
reuters|interfax|itar-tass|tass|xinhua|afp|agence france-presse|associated press|ap|bloomberg|bbc|cnn|al jazeera|der spiegel|
spiegel|le monde|le figaro|el pais|the guardian|the times|financial times|wall street journal|new york times|washington post|
united nations|un|u.n.|unesco|unicef|who|wto|imf|world bank|nato|european union|eu|e.u.|european commission|european parliament|
european central bank|ecb|european court of justice|european court of human rights|opec|osce|oecd|african union|arab league|asean|
mercosur|commonwealth|red cross|international committee of the red cross|amnesty international|human rights watch|greenpeace|
doctors without borders|medecins sans frontieres|interpol|europol|international criminal court|unhcr|unrwa|
white house|pentagon|state department|congress|senate|house of representatives|house of commons|house of lords|supreme court|
federal reserve|fed|treasury|fbi|cia|nsa|nasa|fda|sec|epa|labour|tories|conservatives|liberal democrats|democrats|republicans|
democratic party|republican party|labour party|conservative party|bundestag|bundesrat|bundesregierung|bundeswehr|bundesbank|cdu|csu|spd|fdp|afd|die grunen|
knesset|likud|hamas|hezbollah|hizbollah|fatah|plo|ira|eta|farc|taliban|al qaeda|al-qaeda|islamic state|isis|pkk|gazprom|rosneft|lukoil|
microsoft|google|alphabet|facebook|meta|twitter|youtube|netflix|intel|nvidia|ibm|hewlett-packard|dell|cisco|samsung|sony|toshiba|
panasonic|hitachi|fujitsu|nintendo|huawei|alibaba|tencent|tiktok|bytedance|openai|tesla|ford|general motors|gm|chrysler|toyota|honda|
nissan|hyundai|volkswagen|vw|bmw|daimler|mercedes-benz|porsche|audi|renault|peugeot|fiat|volvo|saab|ferrari|boeing|airbus|lockheed martin|
siemens|basf|bayer|hoechst|thyssenkrupp|sap|allianz|deutsche bank|commerzbank|lufthansa|deutsche telekom|deutsche bahn|nestle|novartis|roche|ubs|
credit suisse|abb|total|totalenergies|elf|renault|lvmh|l'oreal|danone|axa|bnp paribas|societe generale|philips|unilever|heineken|shell|
royal dutch shell|bp|hsbc|barclays|lloyds|vodafone|glaxo|glaxosmithkline|astrazeneca|tesco|rolls-royce|ericsson|nokia|ikea|h&m|
exxon|exxon mobil|exxonmobil|mobil|chevron|texaco|amoco|conoco|enron|coca-cola|pepsi|pepsico|mcdonald's|starbucks|walmart|wal-mart|kodak|xerox|
motorola|at&t|verizon|comcast|disney|time warner|goldman sachs|morgan stanley|merrill lynch|citigroup|citibank|jp morgan|j.p. morgan|jpmorgan|lehman brothers|
salomon brothers|standard & poor's|standard and poor's|moody's|fitch|nasdaq|nyse|pfizer|merck|moderna|biontech|johnson & johnson|procter & gamble|
fifa|uefa|ioc|nba|nfl|nhl|mlb|atp|wta|pga|fia|iaaf|concacaf|icc|arsenal|aston villa|blackburn rovers|chelsea|everton|fulham|leeds united|
leicester city|liverpool fc|manchester united|manchester city|man united|newcastle united|nottingham forest|queens park rangers|sheffield wednesday|
sheffield united|southampton fc|sunderland|tottenham|tottenham hotspur|west ham|west ham united|wimbledon fc|wolverhampton|wolves|celtic|rangers|hearts|
hibernian|aberdeen|dundee united|real madrid|atletico madrid|barcelona fc|fc barcelona|valencia cf|real sociedad|real betis|athletic bilbao|deportivo|espanyol|
celta vigo|juventus|ac milan|inter milan|internazionale|as roma|lazio|sampdoria|fiorentina|parma|udinese|atalanta|napoli|bayern munich|bayern munchen|borussia dortmund|
borussia monchengladbach|schalke|schalke 04|werder bremen|bayer leverkusen|hamburger sv|hertha berlin|eintracht frankfurt|vfb stuttgart|karlsruhe|
ajax|psv|psv eindhoven|feyenoord|anderlecht|club brugge|standard liege|benfica|sporting lisbon|fc porto|paris saint-germain|psg|olympique marseille|monaco fc|auxerre|metz|
olympique lyon|galatasaray|fenerbahce|besiktas|trabzonspor|olympiakos|panathinaikos|aek|red star|partizan|dinamo zagreb|croatia zagreb|dynamo kiev|spartak moscow|
cska moscow|lokomotiv moscow|steaua|steaua bucharest|sparta prague|slavia prague|rapid vienna|austria vienna|sturm graz|grasshoppers|rosenborg|brondby|ifk gothenburg|
yankees|mets|dodgers|red sox|white sox|cubs|braves|cardinals|giants|lakers|bulls|celtics|knicks|cowboys|packers|steelers|dolphins|patriots|redskins|eagles|broncos|raiders|
canadiens|maple leafs|bruins|blackhawks|red wings|oilers|flames|penguins|flyers|sabres|devils|islanders|senators|canucks|avalanche|all blacks|wallabies|springboks|
kremlin|duma|state duma|politburo|communist party|kuomintang|people's liberation army|people's daily|african national congress|anc|inkatha|unita|renamo|mplo|fretilin|
khmer rouge|tamil tigers|sinn fein|opposition|front national|parti socialiste|partido popular|psoe|forza italia|lega nord|fidesz|jobbik|svoboda|solidarity|solidarnosc`
  .replaceAll('\n', '')
  .split('|');
