/** Languages in which names of countries are known. */
export const languages =
  'en de fr es it pt nl sv da no fi pl cs sk hu ro bg hr sr sl et lv lt el tr ru uk be ka hy az kk uz ar fa he ur hi bn ta te mr gu kn ml pa ne si th vi id ms fil sw am ko ja zh zh-Hant ca eu gl af is sq mk bs mn my km lo'.split(
    ' ',
  );

/** Everyday short names and old ones that CLDR does not give, and places that news name often. */
const further =
  'u.s.|us|usa|u.s.a.|u.k.|uk|uae|u.a.e.|drc|britain|great britain|england|scotland|wales|northern ireland|holland|czech republic|czechoslovakia|yugoslavia|serbia|soviet union|ussr|u.s.s.r.|east germany|west germany|ivory coast|burma|myanmar|zaire|congo|macedonia|bosnia|bosnia-herzegovina|herzegovina|kosovo|chechnya|dagestan|tibet|kashmir|punjab|gaza|gaza strip|west bank|palestine|golan heights|kurdistan|crimea|donbas|siberia|europe|asia|africa|america|latin america|north america|south america|central america|middle east|far east|balkans|scandinavia|caribbean|antarctica|arctic|oceania|australasia|washington|washington dc|washington d.c.|d.c.|new york|new york city|los angeles|san francisco|san diego|san jose|st louis|st. louis|st petersburg|st. petersburg|jerusalem|tel aviv|hebron|ramallah|the hague|geneva|zurich|basel|bern|lausanne|davos|brussels|antwerp|strasbourg|marseille|lyon|bordeaux|nantes|lille|cologne|munich|hamburg|frankfurt|stuttgart|dusseldorf|leipzig|dresden|bonn|vienna|milan|turin|naples|florence|venice|genoa|bologna|palermo|seville|valencia|bilbao|porto|manchester|liverpool|birmingham|leeds|sheffield|glasgow|edinburgh|cardiff|belfast|bristol|newcastle|nottingham|southampton|downing street|white house|wall street|kremlin|grozny|srinagar|karachi|lahore|islamabad|peshawar|bombay|mumbai|calcutta|kolkata|madras|chennai|new delhi|delhi|bangalore|hyderabad|colombo|dhaka|rangoon|yangon|hanoi|ho chi minh city|saigon|phnom penh|kuala lumpur|jakarta|manila|taipei|hong kong|macau|beijing|peking|shanghai|guangzhou|shenzhen|tokyo|osaka|kyoto|nagoya|seoul|busan|pyongyang|ulan bator|sydney|melbourne|brisbane|perth|adelaide|canberra|auckland|wellington|christchurch|johannesburg|cape town|durban|pretoria|soweto|nairobi|kampala|kigali|bujumbura|kinshasa|brazzaville|luanda|harare|lusaka|lagos|abuja|accra|dakar|abidjan|addis ababa|mogadishu|khartoum|cairo|alexandria|tripoli|benghazi|tunis|algiers|rabat|casablanca|beirut|damascus|aleppo|amman|baghdad|basra|mosul|tehran|riyadh|jeddah|mecca|dubai|abu dhabi|doha|sanaa|aden|kabul|kandahar|moscow|kiev|kyiv|minsk|tbilisi|yerevan|baku|warsaw|krakow|gdansk|prague|bratislava|budapest|bucharest|sofia|belgrade|zagreb|sarajevo|ljubljana|skopje|tirana|athens|istanbul|ankara|nicosia|valletta|lisbon|madrid|barcelona|rome|vatican|vatican city|paris|london|dublin|amsterdam|rotterdam|luxembourg|copenhagen|oslo|stockholm|helsinki|reykjavik|tallinn|riga|vilnius|ottawa|toronto|montreal|vancouver|quebec|mexico city|havana|kingston|port-au-prince|san juan|caracas|bogota|lima|quito|la paz|santiago|buenos aires|montevideo|asuncion|brasilia|rio de janeiro|sao paulo|rio|köln|münchen|wien|genf|zürich|roma|milano|torino|napoli|firenze|venezia|londres|londra|londen|parigi|parijs|mailand|rom|moskau|warschau|prag|brüssel|bruxelles|bruselas|brussel|den haag|lissabon|lisboa|moscou|moscú|mosca|moskva|москва|киев|київ|лондон|париж|берлин|вашингтон|пекин|нью-йорк|брюссель|варшава|минск|санкт-петербург|россия|украина|сша|европа|африка|азия|warszawa|kraków|gdańsk|praha|berlin|berlín|berlino|berlijn|pékin|pekín|pechino|peking|new-york|nueva york|nova york|nova iorque|washington|europa|afrika|asien|afrique|asie|áfrica|ásia|usa|états-unis|etats-unis|estados unidos|stati uniti|vereinigte staaten|verenigde staten|royaume-uni|reino unido|regno unito|großbritannien|grande-bretagne|gran bretaña|gran bretagna|ee.uu.|eeuu|eua|rfa'.split(
    '|',
  );

/** Names that are more often something else. */
const ambiguous = new Set([
  'jersey',
  'guernsey',
  'chad',
  'jordan',
  'turkey',
  'georgia',
  'universal',
  'university',
  'cuiaba',
  'center',
  'easter',
  'eastern',
  'pacific',
  'central',
  'mountain',
  'navajo',
  'general',
  'troll',
  'davis',
  'casey',
  'vincent',
  'louisville',
  'marengo',
  'knox',
  'winamac',
  'petersburg',
  'wayne',
  'nelson',
  'johnston',
  'stanley',
  'thomas',
  'lucia',
]);

let codes: readonly string[] | undefined;

/** Country codes that have a name, but for unions and test codes. */
function countryCodes(): readonly string[] {
  return (codes ??= namedCodes());
}

function namedCodes(): readonly string[] {
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
  const all = letters.flatMap((first) => letters.map((second) => first + second));
  return all.filter(
    (code) => !['EU', 'UN', 'EZ', 'QO', 'ZZ', 'XA', 'XB'].includes(code) && english.of(code) !== undefined,
  );
}

/** The names of countries in a language, each with its English one; the short of several. */
export function* countryNames(language: string): Generator<readonly [name: string, english: string]> {
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  for (const code of countryCodes()) {
    const name = names.of(code)?.replace(/\s*[([（].*$/u, '');
    // One sign may be half of any word.
    if (name !== undefined && Array.from(name).length > 1) yield [name, english.of(code) ?? name];
  }
}

/** Countries in many languages, cities with a time zone of their own, and the list above; as people write them. */
export function* places(): Generator<string> {
  yield* further;
  for (const language of languages) for (const [name] of countryNames(language)) yield name;
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const city = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? '';
    if (zone.includes('/') && !/[0-9]|GMT|^Etc/u.test(zone) && !ambiguous.has(city.toLowerCase())) yield city;
  }
}
