import { logLevel, type LogEntry, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';

/** kafkajs calls an error what it will try again, and information what happens every second: each goes a level down. */
export function logThrough(log: Logger): logCreator {
  const child = log.child({ library: 'kafkajs' });
  return () =>
    ({ namespace, level, log: entry }: LogEntry) => {
      const { message, timestamp: _, logger: __, ...fields } = entry;
      const line = { namespace, ...fields };
      if (level === logLevel.ERROR) child.warn(line, message);
      else if (level === logLevel.WARN) child.debug(line, message);
      else child.trace(line, message);
    };
}

export function levelFor(log: Logger): logLevel {
  if (log.isLevelEnabled('trace')) return logLevel.INFO;
  return log.isLevelEnabled('debug') ? logLevel.WARN : logLevel.ERROR;
}
