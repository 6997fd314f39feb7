import { type Command, InvalidArgumentError, Option } from 'commander';
import { frequencies } from '../gateways/services/sources/schedule.ts';

/** As commander hands them over. */
export interface ScheduleOptions {
  /** Seconds. */
  readonly every?: number;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly frequency?: (typeof frequencies)[number];
}

/** When a source is to be collected. */
export function addScheduleOptions(command: Command): void {
  const options = [
    new Option('--every <time>', 'collect it at this interval, for example 15m, 6h, 1d').argParser(secondsOf),
    new Option('--cron <expression>', 'collect it by a cron expression of five fields').conflicts('every'),
    new Option('--time-zone <name>', 'of --cron, for example Europe/Berlin; UTC unless given'),
    new Option('--frequency <word>', 'collect it so often a day').choices(frequencies).conflicts(['every', 'cron']),
  ];
  for (const option of options) command.addOption(option);
}

/** As the services take them. */
export function scheduleOf({ every, cron, timeZone, frequency }: ScheduleOptions) {
  return {
    interval_seconds: every ?? null,
    cron: cron ?? null,
    time_zone: timeZone ?? null,
    frequency: frequency ?? null,
  };
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function secondsOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,7})([smhd])$/.exec(text.trim()) ?? [];
  const size = units[unit];
  if (count === undefined || size === undefined) {
    throw new InvalidArgumentError('It should be a number and s, m, h or d, for example 15m.');
  }
  return Number(count) * size;
}
