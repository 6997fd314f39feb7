import { articleId, derivedId } from '../../domain/identity.ts';
import { hashOfText } from './ledger.ts';
import { type Random, seededRandom } from './random.ts';

/** One version of an article, before it is known when it is produced. */
export interface PlannedVersion {
  readonly id: string;
  readonly url: string;
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly textHash: string;
  readonly words: number;
  readonly publishedAt: number;
  readonly textGroup: string | null;
  readonly feedId: string;
  /** Comes with an HTML page instead of the feed entry's text. */
  readonly hasPage: boolean;
}

export interface PlanOptions {
  readonly seed: number;
  readonly articles: number;
  /** Milliseconds since 1970 before which everything was published. */
  readonly publishedBefore: number;
  /** Characters of a text, about. */
  readonly textCharacters: number;
}

const shareWithVersions = 0.2;
const shareOfCopies = 0.04;
const shareWithPage = 0.15;
/** A later version comes so many places after the one before, at least and at most. */
const versionDistance = [20, 400] as const;

const subjects = 'council harbour museum ferry school clinic orchard railway library market bakery stadium'.split(' ');
const verbs = 'opens closes repairs sells plans votes counts paints moves honours doubts welcomes'.split(' ');
/** Where it happens: the same in all versions of an article, so that what is found by it stays what it is. */
export const towns =
  'Arden Brome Cliffe Dunmere Elstow Fenwick Garth Holme Ilkley Jarrow Keld Lydd Malham Norton Orford Penrith'.split(
    ' ',
  );
const fillers =
  'the river carried news of a quiet morning while people in town spoke about prices weather and work that had changed since spring when several families left their houses near old bridges and nobody knew whether trains would return before winter because engineers still measured every stone with patience as children watched from windows above narrow streets where lamps burned until late and a baker gave bread to strangers who asked for directions toward mountains beyond fields of barley'.split(
    ' ',
  );

/**
 * Histories of articles, in the order in which they are to be produced: most have one version, a fifth has two to four,
 * some are copies of others under an address and title of their own.
 */
export function planArticles(options: PlanOptions): readonly PlannedVersion[] {
  const random = seededRandom(options.seed);
  const placed: { readonly place: number; readonly version: PlannedVersion }[] = [];
  const originals: PlannedVersion[] = [];
  for (let index = 0; index < options.articles; index += 1) {
    const copied = originals.length > 20 && random.chance(shareOfCopies) ? random.pick(originals) : undefined;
    const count = copied === undefined && random.chance(shareWithVersions) ? random.integer(2, 5) : 1;
    const hasPage = random.chance(shareWithPage);
    let place = index;
    for (let number = 1; number <= count; number += 1) {
      const version = versionOf({ index, number, options, random, copied, hasPage });
      placed.push({ place, version });
      place += random.integer(
        Math.min(versionDistance[0], options.articles),
        Math.min(versionDistance[1], options.articles) + 1,
      );
      if (count === 1 && copied === undefined) originals.push(version);
    }
  }
  const groups = new Set(
    placed.flatMap(({ version }) => (version.textGroup?.startsWith('copy:') ? [version.textGroup.slice(5)] : [])),
  );
  return placed
    .toSorted((a, b) => a.place - b.place)
    .map(({ version }) => ({
      ...version,
      textGroup: version.textGroup?.startsWith('copy:')
        ? version.textGroup.slice(5)
        : groups.has(version.id)
          ? version.id
          : null,
    }));
}

function versionOf({
  index,
  number,
  options,
  random,
  copied,
  hasPage,
}: {
  readonly index: number;
  readonly number: number;
  readonly options: PlanOptions;
  readonly random: Random;
  readonly copied: PlannedVersion | undefined;
  readonly hasPage: boolean;
}): PlannedVersion {
  const name = `${options.seed}-${index}`;
  const url = `https://news.example/${options.seed}/${index}`;
  const paragraphs =
    copied?.paragraphs ?? paragraphsOf(options.textCharacters, `${options.seed}${index}`, number, random);
  const text = paragraphs.join('\n\n');
  return {
    id: articleId('public', url),
    url,
    number,
    title: `The ${random.pick(subjects)} ${random.pick(verbs)} the ${random.pick(subjects)} of ${towns[index % towns.length]} ${name} (v${number})`,
    paragraphs,
    textHash: hashOfText(text),
    words: wordsIn(text),
    // Distinct, and in no order with the order of arrival.
    publishedAt: options.publishedBefore - ((index * 7919) % 100_003) * 1_000 - 60_000,
    textGroup: copied === undefined ? null : `copy:${copied.id}`,
    feedId: derivedId('chaos-feed', String(index % 20)),
    hasPage,
  };
}

/** Texts differ in every paragraph, so that a part of one is no part of another. */
function paragraphsOf(characters: number, mark: string, number: number, random: Random): string[] {
  const paragraphs: string[] = [];
  let length = 0;
  while (length < characters) {
    const words = Array.from({ length: random.integer(25, 45) }, () => random.pick(fillers));
    const paragraph = `Report ${mark} edition ${number} part ${paragraphs.length + 1} ${words.join(' ')}.`;
    paragraphs.push(paragraph);
    length += paragraph.length;
  }
  return paragraphs;
}

/** The number of the version that a title tells; undefined where it tells none. */
export function numberInTitle(title: string): number | undefined {
  const [, number] = /\(v(\d+)\)$/u.exec(title) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The town that a title tells. */
export function townIn(title: string): string | undefined {
  return towns.find((town) => title.includes(` ${town} `));
}

/** All words of the plan are of letters and digits between white space. */
export function wordsIn(text: string): number {
  return text.trim().split(/\s+/u).length;
}
