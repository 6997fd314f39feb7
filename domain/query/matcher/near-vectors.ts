import type { DocumentVector } from '../document.ts';
import { blockLength, dotOfBlock, restsOf } from './cosine.ts';

/** What rounding may have taken from a sum. */
const slack = 1e-6;

/** A near of some query: its vector's place among those of its model, and what it asks for. */
export interface NearRow {
  readonly group: NearGroup;
  readonly place: number;
  readonly minScore: number;
  /** For the article of this number it is known. */
  knownFor: number;
  isNear: boolean;
}

interface NearGroup {
  readonly dimensions: number;
  values: Float32Array;
  rests: Float32Array;
  readonly free: number[];
  places: number;
}

/**
 * The vectors of queries, those of one model one after the other in one array. An article's vector is compared with those
 * that somebody asks about, block by block until it is clear that it cannot be near enough.
 */
export class NearVectors {
  readonly #groups = new Map<string, NearGroup>();
  #article = 0;
  #group: NearGroup | undefined;
  #values: Float32Array = new Float32Array();
  #rests: Float32Array = new Float32Array();

  add({ model, values }: DocumentVector, minScore: number): NearRow {
    const name = `${values.length} ${model}`;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { dimensions: values.length, values: new Float32Array(), rests: new Float32Array(), free: [], places: 0 };
      this.#groups.set(name, group);
    }
    const place = group.free.pop() ?? group.places++;
    const vector = Float32Array.from(values);
    const rests = restsOf(vector);
    if (place * vector.length >= group.values.length) {
      group.values = grown(group.values, Math.max(16, place * 2) * vector.length);
      group.rests = grown(group.rests, Math.max(16, place * 2) * rests.length);
    }
    group.values.set(vector, place * vector.length);
    group.rests.set(rests, place * rests.length);
    return { group, place, minScore, knownFor: -1, isNear: false };
  }

  remove({ group, place }: NearRow): void {
    group.free.push(place);
  }

  /** All questions from now on are about this article. */
  lookAt(vector: DocumentVector | null): void {
    this.#article += 1;
    this.#group = vector === null ? undefined : this.#groups.get(`${vector.values.length} ${vector.model}`);
    if (vector === null || this.#group === undefined) return;
    this.#values = Float32Array.from(vector.values);
    this.#rests = restsOf(this.#values);
  }

  /** Whether the article is as near as the row asks for; false for one without a vector of its model. */
  isNear(row: NearRow): boolean {
    if (row.group !== this.#group) return false;
    if (row.knownFor !== this.#article) {
      row.knownFor = this.#article;
      row.isNear = this.#reaches(row.group, row.place, row.minScore);
    }
    return row.isNear;
  }

  #reaches({ dimensions, values, rests }: NearGroup, place: number, minScore: number): boolean {
    const blocks = this.#rests.length;
    let sum = 0;
    for (let block = 0; block < blocks; block += 1) {
      sum += dotOfBlock(values, place * dimensions, this.#values, block * blockLength);
      const most = (rests[place * blocks + block] as number) * (this.#rests[block] as number);
      if (sum + most + slack < minScore) return false;
    }
    return sum >= minScore;
  }
}

function grown(array: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(array);
  return larger;
}
