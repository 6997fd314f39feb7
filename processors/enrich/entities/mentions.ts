import type { EntityType } from '../../../schemas/types.ts';
import { cut } from './cut.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { Lexicon } from './lexicon.ts';
import { endOfRun, type Run } from './runs.ts';
import { type Line, linesOf, type Token } from './tokens.ts';
import { typeOf } from './type-of.ts';

/** A name where it stands in the text. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly type: EntityType;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * Names by their capitals: runs of words with a capital where the language asks for none, cut where titles, lists of
 * names and the words of the text say so.
 *
 * @param language ISO 639-1; null where it is not known
 */
export function findMentions(text: string, language: string | null, lexicon: Lexicon): readonly Mention[] {
  const lines = [...linesOf(text)];
  const evidence = evidenceOf(lines, language, lexicon);
  return lines.flatMap((line) => runsOf(line, evidence).map((run) => mentionOf(text, run, line, evidence)));
}

function runsOf(line: Line, evidence: Evidence): readonly Run[] {
  const { tokens } = line;
  const runs: Run[] = [];
  let at = 0;
  while (at < tokens.length) {
    const to = endOfRun(line, at, evidence);
    if (to === at) {
      at += 1;
      continue;
    }
    runs.push(...cut(line, { from: at, to }, evidence));
    at = to;
  }
  return runs;
}

function mentionOf(text: string, run: Run, line: Line, { lexicon, language }: Evidence): Mention {
  const start = (line.tokens[run.from] as Token).start;
  const end = (line.tokens[run.to - 1] as Token).end;
  return { start, end, text: text.slice(start, end), ...typeOf(line, run, lexicon, language) };
}
