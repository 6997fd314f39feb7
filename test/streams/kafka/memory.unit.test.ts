import { createMemoryKafka } from '../../../streams/kafka/memory.ts';
import { kafkaContract } from '../../contracts/kafka.ts';

const kafka = createMemoryKafka();

kafkaContract('the Kafka in memory', async () => kafka, {
  deleteRecords: async (topic, partition, before) => kafka.topics.deleteRecords(topic, partition, before),
  seesNewTopics: false,
});
