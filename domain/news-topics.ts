/** The 17 topics at the top of the IPTC Media Topics (iptc.org/standards/media-topics), by our own short ids. */
export const newsTopics = {
  arts: { name: 'arts, culture, entertainment and media', code: '01000000' },
  crime: { name: 'crime, law and justice', code: '02000000' },
  disaster: { name: 'disaster, accident and emergency incident', code: '03000000' },
  economy: { name: 'economy, business and finance', code: '04000000' },
  education: { name: 'education', code: '05000000' },
  environment: { name: 'environment', code: '06000000' },
  health: { name: 'health', code: '07000000' },
  'human-interest': { name: 'human interest', code: '08000000' },
  labour: { name: 'labour', code: '09000000' },
  lifestyle: { name: 'lifestyle and leisure', code: '10000000' },
  politics: { name: 'politics and government', code: '11000000' },
  religion: { name: 'religion', code: '12000000' },
  'science-technology': { name: 'science and technology', code: '13000000' },
  society: { name: 'society', code: '14000000' },
  sport: { name: 'sport', code: '15000000' },
  conflict: { name: 'conflict, war and peace', code: '16000000' },
  weather: { name: 'weather', code: '17000000' },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly code: string }>>;

export type NewsTopic = keyof typeof newsTopics;

export const newsTopicIds = Object.keys(newsTopics) as [NewsTopic, ...NewsTopic[]];
