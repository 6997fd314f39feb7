import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../../processors/enrich/language.ts';

const english =
  'The government said on Monday that it would raise taxes on fuel and tobacco from the first of January.';
const german = 'Die Regierung hat am Montag angekündigt, die Steuern auf Kraftstoff und Tabak ab Januar zu erhöhen.';

const told = (text: string, hint: string | null = null) => detectLanguage({ title: '', text, language_hint: hint });

describe('what the publisher declares', () => {
  test.each([
    { title: 'a clear text tells its language', text: english, hint: null, language: 'en' },
    { title: 'a clear text is believed over its page', text: german, hint: 'en-US', language: 'de' },
    { title: 'a short text takes what the page declares', text: 'Opel stoppt', hint: 'de-AT', language: 'de' },
    { title: 'a name alone too', text: 'Angela Merkel', hint: 'cs', language: 'cs' },
    { title: 'the script is believed over everything', text: 'Νέα μέτρα', hint: 'en', language: 'el' },
    { title: 'Norwegian has one code', text: 'Kort nytt', hint: 'nb_NO', language: 'no' },
    { title: 'a declaration that is none is passed over', text: english, hint: 'x!!', language: 'en' },
    { title: 'a text of signs alone has no language', text: '12:30 – 45 % ...', hint: 'en', language: null },
  ])('$title', async ({ text, hint, language }) => {
    expect((await told(text, hint)).language).toBe(language);
  });
});

test.each([
  ['en', 'Storm leaves thousands without power across the north'],
  ['en', 'KEY LAWMAKERS SEEK CURBS ON ESTATE TAX'],
  ['de', 'Unwetter: Tausende Haushalte ohne Strom'],
  ['fr', 'Tempête : des milliers de foyers privés d’électricité'],
  ['es', 'El temporal deja a miles de hogares sin luz'],
  ['gl', 'O temporal deixa sen luz miles de fogares na provincia da Coruña'],
  ['ca', 'El temporal deixa milers de llars sense llum a Barcelona'],
  ['pt', 'Temporal deixa milhares de casas sem luz no norte'],
  ['it', 'Maltempo, migliaia di case senza elettricità nel nord'],
  ['nl', 'Duizenden huishoudens zonder stroom door storm'],
  ['da', 'Tusindvis af husstande uden strøm efter stormen'],
  ['no', 'Tusenvis av husstander uten strøm etter uværet'],
  ['sv', 'Tusentals hushåll utan ström efter stormen'],
  ['fi', 'Myrsky katkaisi sähköt tuhansilta kotitalouksilta'],
  ['pl', 'Tysiące domów bez prądu po nocnej burzy'],
  ['cs', 'Bouře připravila tisíce domácností o elektřinu, které také vytopila'],
  ['sk', 'Búrka pripravila tisíce domácností o elektrinu, ktoré tiež vytopila'],
  ['hr', 'Nevrijeme ostavilo tisuće kućanstava bez struje, izvješće stiže tijekom tjedna'],
  ['sr', 'Nevreme ostavilo hiljade domaćinstava bez struje, izveštaj tokom nedelje'],
  ['sr', 'Хиљаде домаћинстава остало без струје после невремена'],
  ['ru', 'Тысячи домов остались без электричества после бури'],
  ['uk', 'Тисячі будинків залишилися без світла після негоди'],
  ['bg', 'Хиляди домакинства останаха без ток след бурята'],
  ['id', 'Ribuan rumah warga tidak bisa menyala karena badai, kata polisi'],
  ['ms', 'Ribuan rumah terputus bekalan elektrik kerana ribut, kata polis daripada Kuala Lumpur'],
  ['sw', 'Maelfu ya nyumba hazina umeme baada ya dhoruba kubwa'],
  ['zu', 'Izinkulungwane zemizi azinagesi ngemuva kwesiphepho esikhulu'],
  ['af', 'Duisende huise sonder krag ná die storm, sê die polisie'],
  ['tr', 'Fırtına nedeniyle binlerce ev elektriksiz kaldı'],
  ['fa', 'هزاران خانه پس از توفان بدون برق ماندند'],
  ['ar', 'آلاف المنازل بلا كهرباء بعد العاصفة'],
  ['ur', 'طوفان کے بعد ہزاروں گھر بجلی سے محروم ہو گئے'],
  ['he', 'אלפי בתים ללא חשמל לאחר הסערה'],
  ['hi', 'तूफान के बाद हजारों घरों में बिजली नहीं है'],
  ['th', 'พายุทำให้บ้านหลายพันหลังไม่มีไฟฟ้าใช้'],
  ['ko', '폭풍으로 수천 가구 정전'],
  ['ja', '嵐の影響で数千世帯が停電'],
  ['zh', '暴风雨导致数千户家庭停电'],
])('a headline in %s: %s', async (language, headline) => {
  const found = await told(headline);
  expect(found.language).toBe(language);
  expect(found.language_confidence).toBeGreaterThan(0.3);
  expect(found.language_confidence).toBeLessThanOrEqual(1);
  expect(found.language_method).toMatch(/-\d+$/u);
});

test('confidence falls where a text could be in several languages', async () => {
  const [name, sentence] = [await told('Kim Larsen'), await told(english)];
  expect(name.language_confidence).toBeLessThan(0.8);
  expect(sentence.language_confidence).toBeGreaterThan(0.95);
});

test.each([
  ['one word of a million letters', 'a'.repeat(1_000_000)],
  ['NULs', '\0'.repeat(10_000)],
  ['lone surrogates', '\uD800'.repeat(10_000)],
  ['emoji', '😀'.repeat(10_000)],
  ['marks of direction', '\u202E\u200F'.repeat(10_000)],
  ['addresses', 'https://example.org/'.repeat(10_000)],
  ['nothing', ''],
])('%s is judged, and says nothing', async (_, text) => {
  const { language, language_confidence: confidence } = await told(text);
  expect(language === null ? confidence : 0).toBe(0);
  expect(confidence).toBeLessThanOrEqual(1);
});

test('a control character ends no text', async () => {
  expect((await told(`\0${german}`)).language).toBe('de');
});
