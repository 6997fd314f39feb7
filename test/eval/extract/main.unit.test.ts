import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newsPage, paragraphs } from '../../processors/extract/raw-article.ts';
import type { Evaluation } from './evaluate.ts';

const directory = mkdtempSync(join(tmpdir(), 'mimir-eval-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(join(directory, 'html'));
  const articleBody = paragraphs.join('\n');
  const truth = {
    good: { articleBody, title: 'Storm hits the coast', url: 'https://example.org/a' },
    german: { articleBody },
    missing: { articleBody },
    broken: { articleBody },
    textless: { url: 'https://example.org/b' },
  };
  writeFileSync(join(directory, 'ground-truth.json'), JSON.stringify(truth));
  // What such sets hold is UTF-8, whatever the page says.
  const pages = {
    good: newsPage(),
    german: newsPage('<meta charset="iso-8859-1"><meta name="robots" content="noarchive">'),
  };
  for (const [id, html] of Object.entries(pages))
    writeFileSync(join(directory, 'html', `${id}.html.gz`), gzipSync(html));
  writeFileSync(join(directory, 'html', 'broken.html.gz'), 'no gzip');
});

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const script = new URL('main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

test('pages that are missing or broken count as 0 and are named, the others are scored', () => {
  const { status, stdout, stderr } = run(directory, '--json', '--compare');
  expect([status, stderr]).toEqual([0, '5 of 5 pages\n']);
  const { evaluations } = JSON.parse(stdout) as { readonly evaluations: readonly Evaluation[] };
  expect(evaluations.map(({ name }) => name)).toEqual(['mimir', 'readability']);
  const [own] = evaluations;
  expect(own?.pages.map(({ id, f1, fault }) => [id, f1, fault !== null])).toEqual([
    ['good', 1, false],
    ['german', 1, false],
    ['missing', 0, true],
    ['broken', 0, true],
    ['textless', 0, true],
  ]);
  expect(own?.shingles).toMatchObject({ precision: 0.4, recall: 0.4 });
  expect(own?.fields.title).toBe(1);
});

test('the report says what a person wants to know', () => {
  const { stdout } = run(directory);
  for (const words of ['4-gram shingles', 'words', 'median', 'worst pages', '3 pages count as 0', 'broken: ']) {
    expect(stdout).toContain(words);
  }
});

test.each([
  ['no directory', [], 2, 'Usage'],
  ['a directory without ground truth', [tmpdir()], 1, 'ground-truth.json is missing'],
  ['a part of an id that no page has', [directory, '--only', 'nowhere'], 1, 'no page'],
])('%s is said', (_, args, code, message) => {
  const { status, stderr } = run(...args);
  expect([status, stderr]).toEqual([code, expect.stringContaining(message)]);
});
