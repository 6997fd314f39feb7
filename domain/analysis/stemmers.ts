import { stemmer as arabic } from '@orama/stemmers/arabic';
import { stemmer as armenian } from '@orama/stemmers/armenian';
import { stemmer as bulgarian } from '@orama/stemmers/bulgarian';
import { stemmer as danish } from '@orama/stemmers/danish';
import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as finnish } from '@orama/stemmers/finnish';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as greek } from '@orama/stemmers/greek';
import { stemmer as hungarian } from '@orama/stemmers/hungarian';
import { stemmer as hindi } from '@orama/stemmers/indian';
import { stemmer as indonesian } from '@orama/stemmers/indonesian';
import { stemmer as irish } from '@orama/stemmers/irish';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as lithuanian } from '@orama/stemmers/lithuanian';
import { stemmer as nepali } from '@orama/stemmers/nepali';
import { stemmer as norwegian } from '@orama/stemmers/norwegian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as romanian } from '@orama/stemmers/romanian';
import { stemmer as russian } from '@orama/stemmers/russian';
import { stemmer as serbian } from '@orama/stemmers/serbian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stemmer as swedish } from '@orama/stemmers/swedish';
import { stemmer as tamil } from '@orama/stemmers/tamil';
import { stemmer as turkish } from '@orama/stemmers/turkish';
import { stemmer as ukrainian } from '@orama/stemmers/ukrainian';

export interface Stemmer {
  /** @param word in lower case */
  readonly stem: (word: string) => string;
  /** Words that begin with another letter are not of the language and stay as they are. */
  readonly letters: RegExp;
}

const latin = /^\p{Script=Latin}/u;
const cyrillic = /^\p{Script=Cyrillic}/u;
const devanagari = /^\p{Script=Devanagari}/u;

/** The package has Porter's first stemmer, which makes "news" what is new. */
const englishNews = (word: string): string => (word === 'news' ? word : english(word));

/** By ISO 639-1. A language that is not here keeps its words as they are. */
export const stemmers: ReadonlyMap<string, Stemmer> = new Map(
  Object.entries({
    ar: { stem: arabic, letters: /^\p{Script=Arabic}/u },
    bg: { stem: bulgarian, letters: cyrillic },
    da: { stem: danish, letters: latin },
    de: { stem: german, letters: latin },
    el: { stem: greek, letters: /^\p{Script=Greek}/u },
    en: { stem: englishNews, letters: latin },
    es: { stem: spanish, letters: latin },
    fi: { stem: finnish, letters: latin },
    fr: { stem: french, letters: latin },
    ga: { stem: irish, letters: latin },
    hi: { stem: hindi, letters: devanagari },
    hu: { stem: hungarian, letters: latin },
    hy: { stem: armenian, letters: /^\p{Script=Armenian}/u },
    id: { stem: indonesian, letters: latin },
    it: { stem: italian, letters: latin },
    lt: { stem: lithuanian, letters: latin },
    ne: { stem: nepali, letters: devanagari },
    nl: { stem: dutch, letters: latin },
    no: { stem: norwegian, letters: latin },
    pt: { stem: portuguese, letters: latin },
    ro: { stem: romanian, letters: latin },
    ru: { stem: russian, letters: cyrillic },
    sr: { stem: serbian, letters: /^[\p{Script=Cyrillic}\p{Script=Latin}]/u },
    sv: { stem: swedish, letters: latin },
    ta: { stem: tamil, letters: /^\p{Script=Tamil}/u },
    tr: { stem: turkish, letters: latin },
    uk: { stem: ukrainian, letters: cyrillic },
  }),
);

const sameAs: Readonly<Record<string, string>> = { nb: 'no', nn: 'no' };

/** @returns the language whose stemmer serves; null where there is none */
export function stemmedAs(language: string | null): string | null {
  if (language === null) return null;
  const known = Object.hasOwn(sameAs, language) ? (sameAs[language] ?? language) : language;
  return stemmers.has(known) ? known : null;
}
