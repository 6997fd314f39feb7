import { taxonomy } from '../../../processors/categorize/taxonomy.ts';

/** What a name means: facets of the taxonomy. */
interface Meaning {
  readonly names: readonly string[];
  readonly facets: readonly string[];
  /** Belong to it too, unless another topic of the same set is about them: without a heading of its own, an election is world news. */
  readonly also?: readonly string[];
}

const of = (id: string): readonly string[] => Object.keys(taxonomy.find((topic) => topic.id === id)?.facets ?? {});

const computing = ['software', 'internet', 'computer_security', 'gadgets', 'telecoms'];
const research = ['science', 'space'];
const showBusiness = ['film', 'television', 'music', 'books', 'stage_and_museums', 'celebrities'];
const domestic = ['elections', 'government', 'policy'];

/** The names of headings that newspapers and data sets use, in the singular as `normalised` makes it. */
const meanings: readonly Meaning[] = [
  { names: ['sport', 'athletic'], facets: of('sport') },
  {
    names: ['football', 'soccer', 'premier league', 'champion league'],
    facets: ['football'],
  },
  { names: ['rugby', 'cricket'], facets: ['rugby_and_cricket'] },
  { names: ['tennis', 'golf'], facets: ['tennis_and_golf'] },
  { names: ['olympic', 'track and field', 'swimming'], facets: ['athletics'] },
  {
    names: ['nfl', 'nba', 'mlb', 'nhl', 'baseball', 'basketball', 'hockey', 'american football'],
    facets: ['american_sports'],
  },
  { names: ['motorsport', 'formula 1', 'f1', 'boxing', 'racing', 'cycling'], facets: ['racing_and_boxing'] },
  {
    names: [
      'business',
      'economy',
      'economic',
      'finance',
      'financial',
      'money',
      'market',
      'commerce',
      'company',
      'corporate',
      'industry',
      'trade',
      'entrepreneurship',
    ],
    facets: of('economy'),
    also: ['strikes', 'work', 'white_collar_crime'],
  },
  { names: ['stock', 'share', 'investing', 'wall street'], facets: ['markets', 'earnings'] },
  { names: ['energy', 'oil', 'gas'], facets: ['energy'] },
  { names: ['bank', 'banking', 'property', 'real estate', 'insurance'], facets: ['banking'] },
  { names: ['car', 'auto', 'automotive', 'retail'], facets: ['industry'] },
  {
    names: [
      'world',
      'international',
      'global',
      'foreign',
      'abroad',
      'middle east',
      'europe',
      'asia',
      'africa',
      'america',
      'world news',
      'foreign affair',
      'geopolitic',
    ],
    facets: [...of('conflict'), 'diplomacy'],
    also: [...domestic, ...of('disaster'), 'police', 'trial', 'disease', ...of('society'), ...of('religion')],
  },
  {
    names: ['nation', 'national', 'domestic', 'uk', 'us', 'usa', 'local', 'home new', 'general'],
    facets: ['police', 'trial', 'law', 'accident', 'fire_and_explosion'],
    also: [...domestic, ...of('education'), 'healthcare', ...of('society'), 'strikes'],
  },
  {
    names: [
      'politic',
      'political',
      'government',
      'election',
      'policy',
      'parliament',
      'congress',
      'public affair',
      'vote',
    ],
    facets: domestic,
    also: ['diplomacy', 'law', ...of('education'), 'healthcare', ...of('society')],
  },
  { names: ['diplomacy'], facets: ['diplomacy'] },
  {
    names: ['tech', 'technology', 'technologie', 'computer', 'computing', 'it', 'digital', 'electronic', 'hardware'],
    facets: computing,
    also: ['games', ...research],
  },
  { names: ['software', 'artificial intelligence', 'ai', 'machine learning'], facets: ['software'] },
  { names: ['internet', 'web', 'online', 'social media'], facets: ['internet'] },
  { names: ['security', 'cybersecurity', 'computer security'], facets: ['computer_security'] },
  { names: ['gadget', 'mobile', 'phone', 'smartphone'], facets: ['gadgets', 'telecoms'] },
  { names: ['telecom', 'telecommunication'], facets: ['telecoms'] },
  { names: ['gaming', 'video game', 'game', 'computer game'], facets: ['games'] },
  {
    names: ['sci', 'science', 'research', 'scientific'],
    facets: research,
    also: [...computing, 'climate', 'nature', 'medicine'],
  },
  { names: ['space', 'astronomy'], facets: ['space'] },
  {
    names: ['entertainment', 'art', 'culture', 'cultural', 'showbiz', 'show business'],
    facets: showBusiness,
    also: ['press', 'fashion', 'curiosities'],
  },
  { names: ['celebrity', 'gossip', 'people', 'royal'], facets: ['celebrities'] },
  { names: ['film', 'movie', 'cinema'], facets: ['film'] },
  { names: ['music'], facets: ['music'] },
  { names: ['tv', 'television'], facets: ['television'] },
  { names: ['book', 'literature'], facets: ['books'] },
  { names: ['theatre', 'theater', 'museum', 'design', 'stage'], facets: ['stage_and_museums'] },
  { names: ['media', 'press', 'journalism', 'publishing'], facets: ['press'], also: ['television'] },
  {
    names: ['health', 'medicine', 'medical', 'healthcare', 'wellness', 'wellbeing', 'healthy living'],
    facets: of('health'),
  },
  {
    names: ['environment', 'climate', 'nature', 'ecology', 'green', 'wildlife', 'sustainability'],
    facets: of('environment'),
    also: ['forecast'],
  },
  { names: ['crime', 'police', 'justice', 'court', 'law', 'legal'], facets: of('crime') },
  {
    names: ['disaster', 'accident', 'emergency', 'emergency incident', 'incident', 'catastrophe'],
    facets: of('disaster'),
  },
  {
    names: ['war', 'conflict', 'peace', 'military', 'defence', 'defense', 'terrorism', 'unrest'],
    facets: of('conflict'),
  },
  { names: ['education', 'school', 'university', 'college', 'student'], facets: of('education') },
  { names: ['religion', 'faith', 'church', 'religiou', 'belief'], facets: of('religion') },
  { names: ['weather'], facets: of('weather') },
  {
    names: ['society', 'social', 'social issue', 'community', 'woman', 'family', 'parent', 'parenting'],
    facets: of('society'),
  },
  { names: ['labour', 'labor', 'employment', 'job', 'work', 'career', 'union'], facets: of('labour') },
  {
    names: ['lifestyle', 'life', 'leisure', 'style', 'living', 'life and style'],
    facets: of('lifestyle'),
    also: ['wellbeing'],
  },
  { names: ['food', 'drink', 'cooking', 'recipe', 'taste'], facets: ['food'] },
  { names: ['travel', 'tourism'], facets: ['travel'] },
  { names: ['fashion', 'beauty'], facets: ['fashion'] },
  { names: ['home', 'garden', 'gardening', 'hobby'], facets: ['home_and_hobbies'] },
  { names: ['human interest', 'oddity', 'odd', 'weird', 'good new', 'strange', 'funny'], facets: of('human-interest') },
];

/** In the singular, so that "Sports" and "politics" meet "sport" and "politic": English, by its commonest ending. */
const singular = (word: string): string =>
  /(?:ss|us|is)$/u.test(word) || word.length < 4 ? word : word.replace(/ies$/u, 'y').replace(/s$/u, '');

/** Lower case without accents, each word in the singular; what stands between words is one space. */
function normalised(name: string): string {
  const words = name
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).map(singular).join(' ');
}

const byName = new Map(meanings.flatMap((meaning) => meaning.names.map((name) => [normalised(name), meaning])));

/** Words of headings that say nothing of the topic. */
const empty = new Set(['new', 'news', 'section', 'topic', 'category', 'and', 'the', 'of', 'in', 'other']);

/** The longest known names within the name: "Science & Technology" is two, "World News" is one. */
function meaningsOf(name: string): readonly Meaning[] {
  const words = normalised(name)
    .split(' ')
    .filter((word) => word !== '');
  const found: Meaning[] = [];
  for (let at = 0; at < words.length;) {
    let length = words.length - at;
    while (length > 0 && !byName.has(words.slice(at, at + length).join(' '))) length -= 1;
    const meaning = byName.get(words.slice(at, at + length).join(' '));
    if (meaning !== undefined) found.push(meaning);
    // A name with a word that is not known means more than what is known of it.
    else if (!empty.has(words[at] ?? '')) return [];
    at += Math.max(1, length);
  }
  return found;
}

/**
 * The facets of each topic of a set by its name, in any usual spelling ("Sci/Tech", "SPORTS", "world_news"). A facet that
 * one topic is about goes to no other that merely takes it in.
 *
 * @returns one list a name; empty where the name is not known
 */
export function facetsOfLabels(names: readonly string[]): readonly (readonly string[])[] {
  const found = names.map(meaningsOf);
  const claimed = found.map((some) => new Set(some.flatMap(({ facets }) => facets)));
  return found.map((some, at) => {
    const others = new Set(claimed.flatMap((facets, other) => (other === at ? [] : [...facets])));
    const own = claimed[at] ?? new Set();
    const also = some.flatMap((meaning) => meaning.also ?? []).filter((facet) => !others.has(facet));
    return [...new Set([...own, ...also])];
  });
}
