import { expect, test } from 'vitest';
import { evaluateKeywords } from './evaluate.ts';

const text = 'Interest rates rose. The bank raised interest rates again, since inflation is high.';

test('keywords are compared by stems, beside those of another method, and records without any are left out', async () => {
  const { figures, records } = await evaluateKeywords(
    [
      { title: '', text, keywords: ['Interest Rate', 'climate'], other: ['weather', 'climates'] },
      { title: '', text, keywords: [' '] },
    ],
    () => {},
  );
  const valueOf = (name: string) => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  expect(records).toBe(1);
  expect(valueOf('recall@10')).toBe(0.5);
  expect(valueOf("other's F1@10")).toBe(0.5);
  expect(valueOf('ours less the other')).toBeCloseTo(valueOf('F1@10') - 0.5, 9);
});

const notesOf = async (other?: readonly string[]) => {
  const record = { title: '', text, keywords: ['bank'], ...(other && { other: [...other] }) };
  return (await evaluateKeywords([record], () => {})).notes?.join(' ');
};

test('says that nothing was there to compare with', async () => {
  expect(await notesOf()).toMatch(/no record has `other`/u);
  expect(await notesOf(['bank'])).not.toMatch(/no record has/u);
});
