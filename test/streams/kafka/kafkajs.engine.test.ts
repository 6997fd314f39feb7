import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { connectKafkajs } from '../../../streams/kafka/kafkajs.ts';
import { kafkaContract } from '../../contracts/kafka.ts';
import { engines } from '../../engines/engines.ts';

const log = pino({ level: 'silent' });

kafkaContract(
  'the kafkajs adapter',
  async () => connectKafkajs({ brokers: engines().kafkaBrokers, clientId: 'contract', log }),
  {
    async deleteRecords(topic, partition, before) {
      const client = new kafkajs.Kafka({ brokers: [...engines().kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING });
      const admin = client.admin();
      await admin.connect();
      // Loads what kafkajs must know of the topic before it can delete.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: before.toString() }] });
      await admin.disconnect();
    },
    // Its protocol versions know topics by name alone.
    seesNewTopics: 'by position',
  },
);
