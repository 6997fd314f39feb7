import { expect, test } from 'vitest';
import { detectLanguage } from '../../../processors/enrich/language.ts';

const english =
  'The government said on Monday that it would raise taxes on fuel and tobacco from the first of January.';
const german = 'Die Regierung hat am Montag angekündigt, die Steuern auf Kraftstoff und Tabak ab Januar zu erhöhen.';
const indonesian = 'Pemerintah mengumumkan pada hari Senin bahwa pajak bahan bakar akan naik mulai bulan Januari.';

test.each([
  { title: 'a clear text tells its language', text: english, hint: null, language: 'en' },
  { title: 'a clear text is believed over its page', text: german, hint: 'en-US', language: 'de' },
  { title: 'a short text takes what the page declares', text: 'Opel stoppt', hint: 'de-AT', language: 'de' },
  { title: 'languages that look alike take what the page declares', text: indonesian, hint: 'id', language: 'id' },
  { title: 'Norwegian has one code', text: 'Kort nytt', hint: 'nb_NO', language: 'no' },
  { title: 'a declaration that is none is passed over', text: english, hint: 'x!!', language: 'en' },
  { title: 'a text of signs alone has no language', text: '12:30 – 45 % ...', hint: null, language: null },
  { title: 'a text in Japanese', text: '日本の首相は月曜日、記者会見で辞任を表明した。', hint: null, language: 'ja' },
])('$title', ({ text, hint, language }) => {
  const found = detectLanguage({ title: '', text, language_hint: hint });

  expect(found.language).toBe(language);
  expect(found.language_confidence).toBeGreaterThanOrEqual(language === null ? 0 : 0.4);
  expect(found.language_confidence).toBeLessThanOrEqual(1);
});
