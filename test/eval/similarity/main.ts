import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { openEmbedder } from '../../../domain/embedding/embedder.ts';
import { loadConfig } from '../../../streams/config.ts';
import { runEval } from '../frame/command.ts';
import { recordsOf } from '../frame/records.ts';
import { evaluate, pairSchema } from './evaluate.ts';

await runEval({
  name: 'similarity',
  input: 'FILE',
  async run(path, _flags, progress) {
    const pairs = recordsOf(path, pairSchema);
    const log = pino({ level: 'silent' });
    const { modelDir } = loadConfig().embedding;
    const embedder = await openEmbedder({ modelDir, threads: availableParallelism(), log });
    try {
      return await evaluate(pairs, embedder, progress);
    } finally {
      await embedder.close();
    }
  },
});
