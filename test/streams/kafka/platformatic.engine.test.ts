import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { connectPlatformatic } from '../../../streams/kafka/platformatic.ts';
import { kafkaContract } from '../../contracts/kafka.ts';
import { engines } from '../../engines/engines.ts';

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

kafkaContract(
  'the platformatic adapter',
  async () => connectPlatformatic({ brokers: engines().kafkaBrokers, clientId: 'contract', log }),
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
  },
);
