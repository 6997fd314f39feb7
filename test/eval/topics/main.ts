import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { openEmbedder } from '../../../domain/embedding/embedder.ts';
import { loadConfig } from '../../../streams/config.ts';
import { runEval } from '../frame/command.ts';
import { evaluate } from './evaluate.ts';
import { definitionsOf, labelledTexts, wholeNumber } from './input.ts';

await runEval({
  name: 'topics',
  input: 'FILE',
  flags: { examples: 'N', definitions: 'FILE', limit: 'N' },
  async run(path, { examples, definitions, limit }, progress) {
    const texts = labelledTexts(path, limit === undefined ? null : wholeNumber('limit', limit));
    const given = definitions === undefined ? new Map<string, readonly string[]>() : definitionsOf(definitions);
    const examplesPerTopic = wholeNumber('examples', examples ?? '50');
    const log = pino({ level: 'silent' });
    const { modelDir } = loadConfig().embedding;
    const embedder = await openEmbedder({ modelDir, threads: availableParallelism(), log });
    try {
      return await evaluate(texts, { embedder, definitions: given, examplesPerTopic, progress });
    } finally {
      await embedder.close();
    }
  },
});
