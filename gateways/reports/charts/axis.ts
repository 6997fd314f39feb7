/** A scale from zero with round marks, and its top at the last of them. */
export interface Scale {
  readonly top: number;
  readonly marks: readonly number[];
}

/** Three to five marks at 1, 2, 2.5 or 5 times a power of ten, whole numbers. */
export function scaleTo(greatest: number): Scale {
  const wanted = Math.max(greatest, 4) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= wanted && Number.isInteger(one));
  const size = step ?? 10 * power;
  const marks = Array.from({ length: Math.ceil(greatest / size) + 1 }, (_, at) => at * size);
  const shown = marks.length < 2 ? [0, size] : marks;
  return { top: shown.at(-1) as number, marks: shown };
}
