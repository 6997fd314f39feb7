import { type Enricher, maxCharacters, type Read } from './enricher.ts';

/**
 * Flags what keeps an article from being worth reading or judging. Few, and rather missing one than flagging a good
 * article.
 *
 * - `boilerplate`: not the article but what a site shows instead of it: a consent wall, an error, a check for robots
 * - `listing`: a list of headlines or links
 * - `live_blog`: grows by entries over the day; its text changes and its title may not
 * - `paywall_stub`: the beginning of a text that only subscribers may read
 * - `too_short`: fewer characters than a paragraph has; more than a headline cannot be told from it
 */
export const quality: Enricher = {
  name: 'quality',
  find(article) {
    const flags = qualityFlags(article);
    return {
      quality: flags.map(({ flag }) => flag),
      quality_confidences: flags.map(({ confidence }) => confidence),
      quality_method: 'rules-1',
    };
  },
};

export interface QualityFlag {
  readonly flag: string;
  /**
   * 0.5 where a rule only just holds, towards 1 the further from its bound the text is; 1 for what is counted or what the
   * publisher says himself.
   */
  readonly confidence: number;
}

const shortCharacters = 160;
const stubCharacters = 2_500;
/** What declares itself to be paid for and is longer was sent whole. */
const declaredStubCharacters = 1_200;
const wallCharacters = 1_500;

/** At the end of what is cut off; each only in the last lines, where an article says no such thing. */
const walls = new RegExp(
  [
    String.raw`\b(?:subscribe|sign (?:in|up)|log in|register|join)\b[^.\n]{0,40}\b(?:to|and) (?:continue|keep|read|unlock|access)\b`,
    String.raw`\bto continue reading\b|\bcontinue reading (?:with|your)\b|\bkeep reading (?:with|for)\b`,
    String.raw`\balready (?:a|have an?) (?:subscriber|member|subscription)\b`,
    String.raw`\b(?:article|story|content) is (?:only |exclusively )?(?:for|available to) (?:paying |our )?(?:subscribers|members)\b`,
    String.raw`\bsubscribers? only\b|\bsubscriber[- ]exclusive\b|\bunlock this article\b`,
    String.raw`\b(?:weiterlesen|weiter lesen)\b[^.\n]{0,30}\b(?:mit|abo|plus)|\bjetzt (?:abonnieren|abo abschließen)\b|\b(?:nur )?für abonnent\w*|\bartikel ist kostenpflichtig\b|\bbereits abonnent`,
    String.raw`\bréservée?s? (?:à nos |aux )abonn|\bpour lire la suite\b|\babonnez-vous pour\b|\bdéjà abonn|\bil vous reste \d+\s?% de cet article`,
    String.raw`\bsuscr[ií]bete\b[^.\n]{0,30}\b(?:leer|seguir|acceder)|\b(?:exclusivo|solo) para suscriptores\b|\bpara seguir leyendo\b`,
    String.raw`\babbonati (?:per|a)\b[^.\n]{0,20}\b(?:leggere|continuare)|\briservat[oa] agli abbonati\b|\bper continuare a leggere\b`,
    String.raw`\bexclusivo para assinantes\b|\bassine (?:para|e)\b[^.\n]{0,20}\bl(?:er|eia)|\bpara continuar (?:a ler|lendo)\b`,
    String.raw`\bverder lezen\?|\bword abonnee\b|\balleen voor abonnees\b|\bal abonnee\?`,
    String.raw`\bf(?:ö|o)r att läsa vidare\b|\bredan prenumerant\b|\bfor abonnenter\b|\bkun for abonnenter\b|\bbliv abonnent\b|\btilaajille\b|\bjatka lukemista\b`,
    String.raw`\bdla (?:subskrybentów|prenumeratorów)\b|\bpouze pro předplatitele\b|\bczytaj dalej\b[^.\n]{0,30}\bprenumerat`,
    String.raw`для подписчиков|оформите подписку|чтобы (?:читать|прочитать) (?:дальше|полностью)|передплатників`,
    String.raw`有料会員|会員限定|続きを読むには|この記事は有料|订阅后|登录后(?:可)?(?:继续)?阅读|訂閱後|付費會員|유료 ?회원|구독자 전용`,
  ].join('|'),
  'iu',
);

const instead = [
  /\b(?:enable|turn on|activate|requires?) (?:your )?java ?script\b|\bjava ?script (?:is|seems to be|has been) (?:disabled|required|not (?:enabled|supported))|javascript (?:aktivieren|aktiviert)|activer javascript|activar javascript|habilit[ae]r? javascript|включите javascript/iu,
  /\b(?:we|this (?:web)?site|our (?:web)?site|our partners)\b[^.\n]{0,60}\buses? cookies\b|\b(?:accept|manage|reject) (?:all )?cookies\b|\bcookie (?:settings|policy|preferences|consent)\b/iu,
  /\b(?:wir|diese (?:web)?seite)\b[^.\n]{0,80}\bcookies\b|\bcookies? (?:akzeptieren|zustimmen|einstellungen)|\bnous utilisons des cookies|\butilizamos cookies|\butilizziamo (?:i )?cookie|\bwij gebruiken cookies|\baccepter les cookies|\baceptar (?:las |todas las )?cookies|\baccetta (?:i |tutti i )?cookie/iu,
  /\b(?:403|access) (?:forbidden|denied)\b|\byou (?:don't|do not) have permission to access\b|\b(?:error )?404\b[^\n]{0,20}\b(?:not found|error)|\b(?:page|article|seite|página|pagina) (?:you (?:requested|are looking for) )?(?:could not be |cannot be |was |wurde |no )?(?:not |nicht )?(?:found|gefunden|encontrada)\b|\bpage (?:introuvable|non trouvée)\b|\bstránka nenalezena|страница не найдена/iu,
  /\b(?:checking|verify(?:ing)?) (?:your browser|(?:that )?you are (?:a )?human|if the site connection is secure)\b|\bare you a robot\b|\bunusual (?:traffic|activity) from your\b|\bcomplete the captcha\b|\bddos protection by\b|\bplease verify you are\b/iu,
  /\b(?:your|this) browser is (?:out of date|not supported|outdated)\b|\bupgrade your browser\b|\badd?[- ]?blocker (?:detected|deaktivieren)|\bdisable your ad ?blocker\b/iu,
  /\b(?:internal server error|502 bad gateway|503 service (?:temporarily )?unavailable|504 gateway time-?out)\b/iu,
];

const live =
  /\blive[- ](?:updates?|blog|ticker|coverage|feed)\b|\b(?:liveblog|liveticker|newsblog|newsticker)\b|\bas it happened\b|\b(?:minuto a minuto|en vivo|ao vivo|in diretta|en direct)\s*[:|–—-]|^\s*(?:live|en direct|en vivo|ao vivo|diretta|direct)\s*[:|–—]|[–—|-]\s*(?:live|en direct|en vivo|ao vivo)\s*$/iu;
const timeOfDay =
  /^\W{0,3}(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?(?:uhr|[ap]\.?m\.?|gmt|cet|est|edt|ist))?(?:\s|$|[,:–—-])/iu;
const minTimes = 5;

/** @returns in alphabetical order */
export function qualityFlags({ title, text, paywall = null }: Read): readonly QualityFlag[] {
  const body = text.slice(0, maxCharacters).trim();
  const size = weighedLength(body);
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return [
    { flag: 'boilerplate', confidence: boilerplateConfidence(title, body, size) },
    { flag: 'listing', confidence: listingConfidence(lines) },
    { flag: 'live_blog', confidence: liveConfidence(title, lines) },
    { flag: 'paywall_stub', confidence: text.length > maxCharacters ? 0 : stubConfidence(body, size, paywall) },
    { flag: 'too_short', confidence: size < shortCharacters ? 1 : 0 },
  ].filter(({ confidence }) => confidence > 0);
}

/** Of a rule that holds from `bound` on: 0.5 there. */
const above = (value: number, bound: number): number => rounded(1 - (0.5 * bound) / value);
/** Of a rule that holds below `bound`: 0.5 there. */
const below = (value: number, bound: number): number => rounded(1 - (0.5 * value) / bound);
const rounded = (confidence: number): number => Math.round(confidence * 1_000) / 1_000;

/** Characters as of an alphabet: a sign of Chinese, Japanese and Korean says as much as several letters. */
function weighedLength(text: string): number {
  return (
    text.length +
    2 * (text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0)
  );
}

/** A wall is short, and says little else: in an article about cookies the words are among many others. */
function boilerplateConfidence(title: string, body: string, size: number): number {
  if (size > wallCharacters) return 0;
  const signs =
    instead.filter((sign) => sign.test(body)).length + (instead.some((sign) => sign.test(title.slice(0, 500))) ? 1 : 0);
  const enough = size < 600 ? 1 : 2;
  return signs < enough ? 0 : above(signs, enough);
}

const minLines = 12;
const minItems = 0.85;

/** Many lines, and hardly one of them a sentence. */
function listingConfidence(lines: readonly string[]): number {
  if (lines.length < minLines) return 0;
  const items = lines.filter((line) => line.length <= 120 && !/[.!?…。！？।؟]["'”’»)\]]*\s*$/u.test(line)).length;
  const sentences = lines.length - items;
  return items < minItems * lines.length ? 0 : below(sentences, (1 - minItems) * lines.length);
}

function liveConfidence(title: string, lines: readonly string[]): number {
  if (live.test(title.slice(0, 500))) return 1;
  const times = lines.filter((line) => timeOfDay.test(line)).length;
  return times < minTimes ? 0 : above(times, minTimes);
}

function stubConfidence(body: string, size: number, paywall: boolean | null): number {
  if (size >= stubCharacters) return 0;
  if (paywall === true && size < declaredStubCharacters) return 1;
  return walls.test(body.slice(-400)) ? below(size, stubCharacters) : 0;
}
