import { type Credentials, credentialsSchema } from './credentials.ts';
import { NotOpened, type Sealer } from './sealed.ts';

/**
 * @param organizationId to whom the source belongs: the visibility of its feed
 * @throws NotOpened
 */
export function sealCredentials(
  sealer: Pick<Sealer, 'seal'>,
  credentials: Credentials,
  organizationId: string,
): string {
  return sealer.seal(JSON.stringify(credentials), ownerOf(organizationId));
}

/** @throws NotOpened */
export function openCredentials(sealer: Pick<Sealer, 'open'>, sealed: string, organizationId: string): Credentials {
  const parsed = credentialsSchema.safeParse(jsonOrNull(sealer.open(sealed, ownerOf(organizationId))));
  if (parsed.success) return parsed.data;
  throw new NotOpened('broken', 'what was sealed are no credentials that are known here');
}

/** With another key, or as it was where the first key has sealed it already. @throws NotOpened */
export function resealCredentials(sealer: Sealer, sealed: string, organizationId: string): string {
  if (sealer.isCurrent(sealed)) return sealed;
  return sealer.seal(sealer.open(sealed, ownerOf(organizationId)), ownerOf(organizationId));
}

/** The error of JSON.parse would quote what it could not read. */
function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ownerOf(organizationId: string): string {
  return `credentials of ${organizationId}`;
}
