import { stemmer } from 'stemmer';

/** Words in small letters, with Porter's stems (M. Porter, 1980), as evaluations of keywords and summaries use. */
export function stemsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => stemmer(word));
}
