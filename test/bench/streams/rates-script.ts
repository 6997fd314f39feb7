/** Says what a contender's report on standard input means; see contenders/floor-script.ts. */
import { text } from 'node:stream/consumers';
import { ratesOf } from './rates.ts';
import type { ContenderReport } from './stopwatch.ts';

const report = JSON.parse(await text(process.stdin)) as ContenderReport;
const rates = ratesOf(report);
console.log(
  `${report.messages} messages: ${rates.messagesPerSecond.toFixed(0)}/s, ${rates.cpuUsPerMessage.toFixed(1)} µs CPU each; ` +
    `warm ${rates.warmMessagesPerSecond.toFixed(0)}/s, ${rates.warmCpuUsPerMessage.toFixed(1)} µs; ` +
    `at most ${(report.maxRssBytes / 2 ** 20).toFixed(0)} MB`,
);
