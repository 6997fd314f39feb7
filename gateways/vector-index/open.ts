import type { Logger } from 'pino';
import type { Config } from '../../streams/config.ts';
import { openEmbeddedVectorIndex } from './embedded.ts';
import type { VectorIndex } from './port.ts';
import { openQdrantVectorIndex } from './qdrant.ts';

/**
 * Qdrant where its address is set, the embedded store otherwise.
 *
 * @throws TransientError where the embedded store's file cannot be opened now; Qdrant is first asked by the first call
 */
export async function openVectorIndex(
  settings: Config['vectors'],
  { log }: { readonly log: Logger },
): Promise<VectorIndex> {
  const { qdrantUrl, qdrantApiKey, file } = settings;
  if (qdrantUrl === undefined) return openEmbeddedVectorIndex(file, { log });
  return openQdrantVectorIndex({ url: qdrantUrl, ...(qdrantApiKey === undefined ? {} : { apiKey: qdrantApiKey }) });
}
