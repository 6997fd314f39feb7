import type { PageElement } from './tree.ts';

const whole = (names: readonly string[]): RegExp => new RegExp(`^(?:${names.join('|')})$`);
const within = (phrases: readonly string[]): RegExp => new RegExp(`(?:^| )(?:${phrases.join('|')})(?: |$)`);

/** Single names that publishers and their systems give to what stands around an article, and never to its parts. */
export const foreignName = whole([
  'nav(?:bar|igation)?|breadcrumbs?|menu|site(?:header|footer)|foot(?:er)?|pagination|pager',
  'ads?|advert(?:s|isements?|isings?)?|adslot|adunit|dfp|outbrain|taboola|anzeige|werbung|publicidad|pubblicita',
  'share(?:bar|tools|this|links|buttons?)?|sharing|social|socials|addthis|sharethis',
  'newsletters?|subscri(?:be|ption|ptions)|signup|signin|login|optin|paywall|piano|regwall',
  'comments?|disqus|respond|kommentare?|commentlist',
  'relateds?|recirc|recirculation|recommend(?:ed|ations?|s)?|trending|mostread|mostpopular|readmore|morefrom|moreon|alsoread|readnext|upnext',
  'cookies?|consent|gdpr|onetrust|modal|popup|lightbox|toast|tooltip',
  'visuallyhidden|screenreader|sronly|noprint',
]);

/** The same as several words. */
export const foreignPhrase = within([
  'most (?:read|popular|viewed|shared)|read (?:more|next|also)|also read|see also|up next',
  'more (?:from|on|stories|news|articles|like this)|related \\w+|recommended \\w+',
  'sign up|sign in|log in|opt in|call to action|cta|newsletter \\w+|cookie \\w+',
  '(?:author|about the) (?:bio|box|card)|tag list|social \\w+|share \\w+|skip (?:link|to \\w+)',
  'visually hidden|screen reader(?: text| only)?|sr only|print only',
  'ad (?:container|wrapper|slot|unit|label|placeholder|text)|inline ad|in article ad',
]);

/** Names that are given to parts of articles too: they count only where links, or nothing to read, stand in them. */
export const doubtfulName = whole([
  'sidebar|rail|overlay|toolbar|tools|printonly|assistive|follow|whatsapp',
  'promos?|promotion|promobox|sponsor(?:ed|s)?|affiliate|commercial|donat(?:e|ion)',
  'teasers?|onward|popular|ratings?|poll|quiz|feedback|tags|taglist|topics|keywords|authorbox|authorbio|bio',
]);

export const captionPhrase = within([
  'caption|figcaption|credits?|legende|bildunterschrift|copyright|photographer|photo (?:caption|credit)',
  'image (?:caption|credit|description|copyright)|wp caption text',
]);

/** "has-sidebar", "no-comments": such a name is about something else than the element. */
const negations: ReadonlySet<string> = new Set(['has', 'no', 'with', 'without', 'is', 'non', 'not', 'free']);

/** The words of an element's class and id, in lower case. */
export function namesOf({ className, id }: PageElement): string {
  if (className === '' && id === '') return '';
  return `${className} ${id}`
    .slice(0, 1_000)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
}

/** @param names as namesOf gives them */
export function isNamed(names: string, pattern: RegExp): boolean {
  const words = names.split(' ');
  return words.some(
    (word, at) => pattern.test(word) && !negations.has(words[at - 1] ?? '') && !negations.has(words[at + 1] ?? ''),
  );
}
