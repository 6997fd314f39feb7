import { expect, test } from 'vitest';
import { evaluateLanguages } from './evaluate.ts';

test('Norwegian is one language, regions say nothing, and what is wrong is in the table of errors', async () => {
  const norwegian = 'Tusenvis av husstander uten strøm etter uværet';
  const { figures, tables } = await evaluateLanguages(
    [
      { text: norwegian, language: 'nb' },
      { text: norwegian, language: 'nn-NO' },
      { text: 'Storm leaves thousands of homes without power', language: 'en' },
      { text: 'Storm leaves thousands of homes without power', language: 'fr' },
    ],
    () => {},
  );
  expect(figures[0]).toMatchObject({ name: 'accuracy', value: 0.75 });
  expect(tables.at(-1)?.rows).toEqual([['fr', 'en', expect.any(String), expect.stringContaining('Storm')]]);
});
