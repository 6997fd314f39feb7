import { stopWords, stopWordLanguages } from '../../../domain/language-stop-words.ts';

/**
 * Words that tell languages apart which look alike to n-grams; a word may belong to several of its group. Written for
 * this purpose, from what grammars and newspapers have in common.
 */
const groups: readonly Readonly<Record<string, string>>[] = [
  {
    hr: 'što tko tjedan tjedna tisuća tisuće tijekom također uopće točno obitelj glazba kazalište europska europske europi zrakoplov vlak kruh izvješće gospodarstvo vijeće vijeća tvrtka tvrtke unatoč općina općine siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca hrvatska hrvatske hrvatskoj zagreb predsjednik vrijeme mjesto gdje prije poslije riječ dio svijet djeca uvijek čovjek pobjeda zahtjev vijest njemačka sjednica osobe osoba svatko netko unutar sukladno opće opća opći suradnja suradnje suradnji sigurnost sigurnosti organizirati nitko uvjeti uvjetima svijeta svijetu svjetski svjetska svjetske vjera vjere mjera mjere mjerama djelo djela djelu smije smiju lijepo cijena cijene cijeni cijenu tijelo mlijeko bijeli bijela rijeka rijeke snijeg vjetar ljeto zvijezda primjer uspjeh susjed promjena promjene rješenje rješenja posljedica posljedice podrijetla zamjenik mjesec mjeseca ovdje negdje dvije htjeti vidjeti živjeti',
    bs: 'šta tokom također uopće historija sedmica sedmice hiljada hiljade evropska evropske evropi bih fbih bosne hercegovine sarajevo sarajevu uposlenik lahko mehko općina općine vijeće vijeća januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra predsjednik vrijeme mjesto gdje prije poslije riječ dio svijet djeca uvijek čovjek pobjeda zahtjev vijest njemačka sjednica osoba osobe niko svako ko svijeta svijetu svjetski svjetska svjetske vjera vjere mjera mjere mjerama djelo djela djelu smije smiju lijepo cijena cijene cijeni cijenu tijelo mlijeko bijeli bijela rijeka rijeke snijeg vjetar ljeto zvijezda primjer uspjeh susjed promjena promjene rješenje rješenja posljedica posljedice podrijetla zamjenik mjesec mjeseca ovdje negdje dvije htjeti vidjeti živjeti',
    sr: 'šta ko tokom takođe uopšte tačno istorija nedelja nedelje hiljada hiljade evropska evropske evropi avion voz hleb izveštaj privreda porodica muzika pozorište savet veće opština opštine januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra predsednik vreme mesto gde pre posle reč deo svet deca dete uvek čovek pobeda zahtev vest vesti nemačka sednica srbija srbije srbiji beograd beogradu vučić lice lica svako neko niko pravo na bezbednost bezbednosti saradnja saradnje saradnji opšte opšta opšti niko uslovi uslovima lica licu lične ličnosti samo obezbediti sveta svetu svetski svetska svetske vera vere mera mere merama delo dela delu sme smeju lepo cena cene ceni cenu telo mleko beli bela reka reke sneg vetar leto zvezda primer uspeh sused promena promene rešenje rešenja posledica posledice porekla zamenik mesec meseca negde dve hteti videti živeti pošto',
  },
  {
    id: 'bahwa karena tidak bisa adalah dari uang kantor mobil polisi rabu kamis jumat sabtu minggu senin rp rupiah jakarta indonesia pemerintah warga usai jadi bakal anda saat kota provinsi kabupaten gubernur presiden pilkada dpr kata terhadap setiap hak berhak serta sebagai atas bagi kepada apa soal nggak harga naik hari ini kasus korban ungkap mereka pasal hukum ribu miliar triliun pengadilan perusahaan masyarakat perempuan istri sakit sepak kapan semua orang seorang pun',
    ms: 'bahawa kerana tidak boleh ialah daripada wang pejabat kereta polis rabu khamis jumaat sabtu ahad isnin rm ringgit kuala lumpur malaysia kerajaan awak anda semasa bandar negeri datuk seri perdana menteri parlimen kata terhadap setiap hak berhak serta sebagai ke atas bagi kepada ucapnya adakah mahu mahkamah rakyat hari ini didakwa mereka undang ribu bilion syarikat masyarakat wanita isteri hospital bola ahli semua orang seorang sekolah',
  },
  {
    da: 'af efter meget hvad nogle også kun penge siger blev uger mig dig regeringen kvinder mænd børn ud op mellem mod bliver sagde fik gør tager nu mere hos havde over flere hver både uden selv skriver oplyser udlandet ret',
    no: 'av etter mye hva noen også bare penger sier ble uker meg deg seg regjeringen kvinner menn barn ut opp mellom mot blir sa fikk gjør tar nå mer hos hadde over flere hver både uten selv skriver opplyser utlandet rett ikkje eg frå vart ein eit',
    sv: 'av efter mycket vad några också bara pengar säger blev veckor mig dig sig regeringen kvinnor män barn ut upp mellan mot blir sade fick gör tar nu mer hos hade över flera varje både utan själv skriver och att är inte från för',
  },
  {
    cs: 'jsou není který která které také pro při nebo ještě jak co podle přes bude kteří policie lidí se své byl byla bylo kdo když jeho jejich první druhý řekl uvedl má',
    sk: 'sú nie ktorý ktorá ktoré tiež pre pri alebo ešte ako čo podľa cez bude ktorí polícia ľudí sa svoje bol bola bolo kto keď jeho ich prvý druhý povedal uviedol má',
  },
  {
    es: 'una del los las el más también después hasta ya con por para y no su sus fue este esta gobierno años según hay dice',
    gl: 'unha do os as o máis tamén despois ata xa con por para e non súa seus foi este esta goberno anos segundo hai di polo pola coa dunha dun nunha cunha ao aos galicia galego galega xunta concello veciños hoxe xente',
    pt: 'uma do os as o mais também depois até já com por para e não sua seus foi este esta governo anos segundo há diz pelo pela dos das ao aos são à num numa brasil você hoje',
    ca: 'una del els les el més també després fins ja amb per i no seva seus va aquest aquesta govern anys segons hi ha diu dels barcelona catalunya generalitat avui qui què dret tota té',
  },
];

/** Letters that one or few languages write: each kind that is there speaks for them. */
const letters: readonly (readonly [letters: RegExp, languages: readonly string[]])[] = [
  [/[іїєґ]/iu, ['uk']],
  [/ў/iu, ['be']],
  [/[ыэё]/iu, ['ru', 'be', 'kk', 'ky', 'mn', 'tg', 'tt']],
  [/[љњџћђј]/iu, ['sr', 'mk']],
  [/[ђћ]/iu, ['sr']],
  [/[ѓќѕ]/iu, ['mk']],
  [/[қғұ]/iu, ['kk']],
  [/ң/iu, ['kk', 'ky', 'tt']],
  [/[өү]/iu, ['mn', 'ky', 'kk', 'tt']],
  [/[ҷӣӯ]/iu, ['tg']],
  [/[پچژگ]/u, ['fa', 'ur', 'ku', 'ps', 'sd', 'ug']],
  [/[ٹڈڑں]/u, ['ur']],
  [/[ښځڅډړږټڼۍ]/u, ['ps']],
  [/[ێۆەڕڵ]/u, ['ku', 'ug']],
  [/[ةىإأ]/u, ['ar']],
  [/[ßẞ]/u, ['de']],
  [/ə/u, ['az']],
  [/[ğıİ]/u, ['tr', 'az', 'tt']],
  [/[þð]/iu, ['is', 'fo']],
  [/ł/iu, ['pl']],
  [/[őű]/iu, ['hu']],
  [/[řůě]/iu, ['cs']],
  [/[ľĺŕ]/iu, ['sk']],
  [/[țș]/iu, ['ro']],
  [/[ėųū]/iu, ['lt']],
  [/[ģķļņ]/iu, ['lv']],
  [/ñ/iu, ['es', 'gl', 'eu', 'tl']],
  [/[ãõ]/iu, ['pt', 'et', 'vi']],
  [/[ảạấầẩẫậắằẳẵặẻẽẹếềểễệỉịỏọốồổỗộớờởỡợủụứừửữựỷỹỵ]/iu, ['vi']],
];

const byWord = new Map<string, Set<string>>();
for (const language of stopWordLanguages) {
  for (const word of stopWords(language) ?? []) byWord.set(word, (byWord.get(word) ?? new Set()).add(language));
}
const lists = stopWordLanguages.length;

const tellTale = new Map<string, Map<string, number>>();
for (const group of groups) {
  const members = new Map<string, string[]>();
  for (const [language, words] of Object.entries(group)) {
    for (const word of words.split(' ')) members.set(word, [...(members.get(word) ?? []), language]);
  }
  for (const [word, languages] of members) {
    const weights = tellTale.get(word) ?? new Map<string, number>();
    for (const language of languages) weights.set(language, 1 - languages.length / Object.keys(group).length);
    tellTale.set(word, weights);
  }
}

/** Whether models know nothing of what tells these two apart: one norm of a language against another. */
export function areTwins(a: string, b: string): boolean {
  return twins.some((pair) => pair.includes(a) && pair.includes(b));
}

const twins: readonly (readonly string[])[] = [
  ['hr', 'bs', 'sr'],
  ['id', 'ms'],
];

/** Languages that are hard to tell from this one, itself left out. */
export function lookAlikes(language: string): readonly string[] {
  return groups.flatMap((group) =>
    Object.hasOwn(group, language) ? Object.keys(group).filter((other) => other !== language) : [],
  );
}

/** What words and letters of a text say for a language. */
export interface Marks {
  /** By its commonest words, 0 upwards; a word that few languages share says more. */
  readonly commonWords: (language: string) => number;
  /** By words that tell it from its look-alikes, 0 to 3. */
  readonly tellTales: (language: string) => number;
  /** How many kinds of letters it has for itself, less those that it never writes. */
  readonly letters: (language: string) => number;
}

export function marksOf(text: string): Marks {
  const words = text.toLowerCase().match(/[\p{L}\p{M}'’]+/gu) ?? [];
  const common = new Map<string, number>();
  const telling = new Map<string, number>();
  for (const word of words) {
    const languages = byWord.get(word);
    for (const language of languages ?? []) {
      common.set(language, (common.get(language) ?? 0) + Math.log((lists + 1) / (languages?.size ?? 1)));
    }
    for (const [language, weight] of tellTale.get(word) ?? []) {
      telling.set(language, (telling.get(language) ?? 0) + weight);
    }
  }
  const found = letters.filter(([pattern]) => pattern.test(text)).map(([, languages]) => languages);
  return {
    commonWords: (language) => (common.get(language) ?? 0) / Math.sqrt(words.length || 1),
    tellTales: (language) => Math.min(3, telling.get(language) ?? 0),
    letters: (language) => found.reduce((sum, languages) => sum + (languages.includes(language) ? 1 : -1), 0),
  };
}
