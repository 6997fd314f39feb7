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

/** With another key, or as it was where the first key has sealed it already. @throws NotOpened */
export function resealChannelSecret(sealer: Sealer, sealed: string, organizationId: string): string {
  if (sealer.isCurrent(sealed)) return sealed;
  return sealer.seal(sealer.open(sealed, ownerOf(organizationId)), ownerOf(organizationId));
}
