/** Before this, a date in news is a missing one that software filled in: 1970, 1900, the year 1. */
const earliestMs = Date.UTC(1980, 0, 1);
/** Clocks and time zones go wrong by so much; what lies further in the future is no date of publication. */
const toleranceMs = 48 * 3_600_000;

// prettier-ignore
const zones: Readonly<Record<string, number>> = {
  UT: 0, UTC: 0, GMT: 0, Z: 0, WET: 0, WEST: 1, BST: 1, IST: 5.5, CET: 1, CEST: 2, MEZ: 1, MESZ: 2, EET: 2, EEST: 3,
  MSK: 3, SAST: 2, JST: 9, KST: 9, HKT: 8, SGT: 8, AEST: 10, AEDT: 11, NZST: 12, NZDT: 13,
  EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7,
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a date as publishers write them: RFC 3339, RFC 822 with its variants, and what comes near. Without a zone it
 * is taken as UTC, so that every machine reads the same.
 *
 * @returns milliseconds since 1970, or null for what is no date, such as 30 February
 */
export function parseDate(text: string): number | null {
  const trimmed = text.trim().slice(0, 100);
  return iso(trimmed) ?? rfc822(trimmed) ?? unixSeconds(trimmed);
}

/**
 * A date at which something can have been published.
 *
 * @returns null for what lies before 1980 or more than two days ahead; now for what lies a little ahead
 */
export function plausibleDate(ms: number | null, nowMs: number): number | null {
  if (ms === null || !Number.isFinite(ms) || ms < earliestMs || ms > nowMs + toleranceMs) return null;
  return Math.min(Math.trunc(ms), nowMs);
}

function iso(text: string): number | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?\s*(\S*))?$/i.exec(
    text,
  );
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = ''] = match;
  return instant(year, Number(month) - 1, day, hour, minute, second, fraction, zone);
}

function rfc822(text: string): number | null {
  const match =
    /^(?:[\p{L}.]+,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S*))?/iu.exec(
      text,
    ) ?? american(text);
  if (match === null) return null;
  const [, day, monthName = '', year = '', hour = '0', minute = '0', second = '0', zone = ''] = match;
  const month = months.indexOf(monthName.toLowerCase());
  if (month < 0) return null;
  const fullYear = year.length === 4 ? year : String(Number(year) + (Number(year) < 70 ? 2000 : 1900));
  return instant(fullYear, month, day, hour, minute, second, '0', zone);
}

/** "March 5, 2024 10:00 EST", brought into the order of RFC 822. */
function american(text: string): RegExpExecArray | null {
  const match = /^(?:[\p{L}.]+,?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(.*)$/iu.exec(text);
  if (match === null) return null;
  const [, month = '', day = '', year = '', rest = ''] = match;
  const time = /(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S*)/.exec(rest) ?? [];
  const [, hour = '0', minute = '0', second = '0', zone = ''] = time;
  return [text, day, month, year, hour, minute, second, zone] as unknown as RegExpExecArray;
}

function unixSeconds(text: string): number | null {
  return /^\d{9,10}$/.test(text) ? Number(text) * 1000 : /^\d{12,13}$/.test(text) ? Number(text) : null;
}

function instant(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string,
  minute: string,
  second: string,
  fraction: string,
  zone: string,
): number | null {
  const offsetMs = zoneOffsetMs(zone);
  if (offsetMs === null || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return null;
  const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Math.min(59, Number(second)));
  // The calendar rolls 30 February into March instead of refusing it.
  const rolled = new Date(Date.UTC(Number(year), month, Number(day)));
  if (rolled.getUTCMonth() !== month || rolled.getUTCDate() !== Number(day)) return null;
  return ms + Math.trunc(Number(`0.${fraction}`) * 1000) - offsetMs;
}

function zoneOffsetMs(zone: string): number | null {
  const name = zone.toUpperCase();
  const named = Object.hasOwn(zones, name) ? zones[name] : undefined;
  if (named !== undefined) return named * 3_600_000;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(name);
  if (match === null) return name === '' || /^[A-Z()]+$/.test(name) ? 0 : null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
