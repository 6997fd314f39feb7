import { parseDate } from '../../../domain/dates.ts';
import { writtenDate } from '../../../domain/written-dates.ts';

const maxCharacters = 100;

/**
 * A date as feeds write it: by the standards, and otherwise as people do, with months of any language and the
 * afternoon in twelve hours. Names of weekdays are not compared with the day.
 *
 * @param language of the feed, BCP 47: it decides what 3/5/2026 means
 * @returns milliseconds since 1970; null for what is no date
 */
export function feedDate(text: string, language: string | null): number | null {
  const line = in24Hours(
    text
      .slice(0, maxCharacters * 2)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, maxCharacters),
  );
  if (line === '') return null;
  return parseDate(line) ?? parseDate(reordered(line)) ?? part(line) ?? written(line, language);
}

function in24Hours(text: string): string {
  return text.replace(
    /\b(\d{1,2})(:\d{2}(?::\d{2})?)\s?([ap])\.?\s?m\b\.?/i,
    (_, hour: string, rest: string, half: string) => {
      const inMorning = Number(hour) % 12;
      return `${half.toLowerCase() === 'p' ? inMorning + 12 : inMorning}${rest}`;
    },
  );
}

/** "Sat Feb 28 10:00:00 UTC 2026", as C writes it; "Sat,28 Feb"; 2026/02/28. */
function reordered(text: string): string {
  return text
    .replace(/^\p{L}+\.?,? (\p{L}{3,}) (\d{1,2}) ([\d:]+)(?: ([a-z]{1,5}|[+-]\d{4}))? (\d{4})$/iu, '$2 $1 $5 $3 $4')
    .replace(/^(\p{L}+\.?,)(?=\d)/u, '$1 ')
    .replace(/^(\d{4})\/(\d{2})\/(\d{2})/, '$1-$2-$3')
    .trim();
}

/** A year, a month, or an hour (W3C's profile of ISO 8601). */
function part(text: string): number | null {
  const [, day, hour, zone = ''] =
    /^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:T(\d{2})(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text) ?? [];
  if (day === undefined || (day.length === 4 && !/^(?:19|20)/.test(day))) return null;
  return parseDate(`${day}${'-01-01'.slice(day.length - 4)}T${hour ?? '00'}:00:00${zone}`);
}

function written(text: string, language: string | null): number | null {
  const dayMs = writtenDate(text, language);
  if (dayMs === null) return null;
  const day = new Date(dayMs).toISOString().slice(0, 10);
  const [time = '', hour = '', minute = '', second = '00', zone = ''] =
    /\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?: ?(Z|[a-z]{2,5}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{2})\b)?/i.exec(text) ??
    [];
  if (time === '') return dayMs;
  const clock = `${day}T${hour.padStart(2, '0')}:${minute}:${second}`;
  return parseDate(clock + zone) ?? parseDate(clock) ?? dayMs;
}
