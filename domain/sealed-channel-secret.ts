import type { Sealer } from './sealed.ts';

const ownerOf = (organizationId: string): string => `channel secret of ${organizationId}`;

/** What a receiver checks our signatures with. @throws NotOpened */
export function sealChannelSecret(sealer: Pick<Sealer, 'seal'>, secret: string, organizationId: string): string {
  return sealer.seal(secret, ownerOf(organizationId));
}

/** @throws NotOpened */
export function openChannelSecret(sealer: Pick<Sealer, 'open'>, sealed: string, organizationId: string): string {
  return sealer.open(sealed, ownerOf(organizationId));
}
