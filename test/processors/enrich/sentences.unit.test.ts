import { expect, test } from 'vitest';
import { nothingFound } from '../../../processors/enrich/enricher.ts';
import { sentences } from '../../../processors/enrich/sentences.ts';
import { sentencesOf } from '../../../processors/enrich/sentences/split-sentences.ts';

test.each<[title: string, language: string | null, sentences: readonly string[]]>([
  ['plain sentences', 'en', ['Rain fell.', 'Did it help?', 'It did!']],
  ['titles of people', 'en', ['Mr. Smith met Dr. Jones and Gen. Lee.', 'They spoke.']],
  ['initials', 'en', ['John F. Kennedy and J. K. Rowling never met.', 'He died first.']],
  ['a country within', 'en', ['The U.S. Senate voted on Monday.', 'It was close.']],
  ['a country at the end', 'en', ['He moved to the U.S.', 'The family stayed.']],
  ['hours', 'en', ['It began at 5 p.m. Monday in Boston.', 'It ended at 6 p.m.', 'The crowd left.']],
  ['companies', 'en', ['Acme Inc. Chairman Ann Lee left.', 'She sold to Acme Corp.', 'The price was not told.']],
  ['decimals and months', 'en', ['Prices rose 3.5 percent on Jan. 5, 2024.', 'No. 7 was worst.']],
  ['what is said', 'en', ['“Stop!” he said.', '“We will not,” she said.', '“Why?”']],
  ['three dots within', 'en', ['Well... maybe not.', 'Yes.']],
  ['a plan named by a letter', 'en', ['They have a plan B.', 'The mayor knows it.']],
  ['German abbreviations', 'de', ['Das gilt z.B. für Dr. Müller und ca. 20 andere.', 'Nr. 5 fehlt.']],
  ['German ordinals', 'de', ['Am 3. Mai kam Papst Johannes XXIII. nach Rom.', 'Es regnete.']],
  ['French', 'fr', ['M. Dupont a vu Mme. Durand.', '« Quoi ? » dit-il.', 'Elle part.']],
  ['Spanish', 'es', ['¿Qué pasa?', 'El Sr. López no sabe.', '¡Vaya!']],
  ['Russian', 'ru', ['В 2024 г. построено 5 тыс. домов.', 'А. С. Пушкин жил здесь.', 'Всё.']],
  ['Japanese', 'ja', ['首相は辞任した。', '「なぜか」と記者は聞いた。']],
  ['Chinese', 'zh', ['总理辞职。', '为什么?', '没有人知道。']],
  ['Hindi', 'hi', ['बारिश हुई।', 'लोग घर गए।']],
  ['Arabic', 'ar', ['سقط المطر.', 'هل ساعد ذلك؟', 'نعم.']],
  ['no language', null, ['One here.', 'Two there.']],
])('%s', (_, language, expected) => {
  expect([...sentencesOf(expected.join(['ja', 'zh'].includes(language ?? '') ? '' : ' '), language)]).toEqual(expected);
});

test('lines end sentences: headings, captions and lists have no stop', () => {
  expect([...sentencesOf('Heading\n\nText here.\n1. Wash it.\n2. Eat it.', 'en')]).toEqual([
    'Heading',
    'Text here.',
    '1. Wash it.',
    '2. Eat it.',
  ]);
});

test.each([
  ['nothing', '', 0],
  ['white space', ' \n\t\n ', 0],
  ['one word of a million letters', 'a'.repeat(1_000_000), 60],
  ['a million stops', '.'.repeat(1_000_000), 1_000],
  ['a million initials', 'A. '.repeat(333_333), 1_000],
  ['a million lines', 'a\n'.repeat(500_000), 500_000],
  ['emoji', '😀'.repeat(100_000), 100],
])('%s is counted', async (_, text, most) => {
  const { sentence_count: count } = await sentences.find(
    { title: '', text, language_hint: null },
    { ...nothingFound, language: 'en' },
  );
  expect(count).toBeLessThanOrEqual(most);
  expect(count).toBeGreaterThanOrEqual(text.trim() === '' ? 0 : 1);
});
