import { connectKafka } from '../../../../streams/kafka/connect.ts';
import { createBenchTopics } from '../topics.ts';
import type { End } from '../stopwatch.ts';
import type { ContenderFlags } from './flags.ts';

/** Makes the output's topic where it is missing. @returns where the input ends */
export async function prepare({ client, brokers, input, output, log }: ContenderFlags): Promise<readonly End[]> {
  await using kafka = connectKafka({ client, brokers, clientId: 'bench', log });
  await createBenchTopics(kafka, [output], 4);
  await using admin = await kafka.admin();
  return await admin.watermarks(input);
}
