import type { Runtime } from '../../streams/runtime.ts';
import type { Service } from '../../streams/service.ts';
import { openServices, type OpenTrialsOf, type Services } from '../services/services.ts';
import { refusePublicAddress } from './bind-address.ts';

/**
 * Opens the services and an API over them. The API calls `release` when it closes; when it cannot be opened, that is
 * done here.
 *
 * @throws FatalError where the address to bind to could be reached from outside
 */
export async function serveArticles(
  runtime: Runtime,
  serve: (runtime: Runtime, services: Services, release: () => Promise<void>) => Promise<Service>,
  openTrials?: OpenTrialsOf,
): Promise<Service> {
  refusePublicAddress(runtime.config.bindHost);
  const { services, release } = await openServices(runtime, openTrials);
  try {
    return await serve(runtime, services, release);
  } catch (error) {
    await release();
    throw error;
  }
}
