import { settingsOfType } from '../../../domain/connectors.ts';
import type { Credentials } from '../../../domain/credentials.ts';
import { NotOpened, type Sealer } from '../../../domain/sealed.ts';
import { openCredentials, sealCredentials } from '../../../domain/sealed-credentials.ts';
import { type Fault, Invalid, Unavailable } from '../faults.ts';
import { type Feed, requireFeed } from './feeds.ts';

type Config = Readonly<Record<string, unknown>>;

export interface ReadingPorts {
  readonly organizationId: string;
  readonly sealer: Pick<Sealer, 'seal'>;
}

/** How a source is read, checked against its connector. */
export interface Reading {
  readonly feed: Feed;
  /** Sealed. */
  readonly credentials: string | null;
}

interface WantedReading {
  readonly url: string;
  readonly type: string;
  readonly config: Config;
  readonly credentials: Credentials | null;
}

/**
 * @throws Invalid with the field in the configuration that cannot be used
 * @throws Unavailable where there is no key to seal credentials with
 */
export function newReading(given: WantedReading, { organizationId, sealer }: ReadingPorts): Reading {
  const feed = readingOnTrial(given, organizationId);
  const { credentials } = given;
  return { feed, credentials: credentials === null ? null : sealed(credentials, organizationId, sealer) };
}

/**
 * The feed of a source that is not to be kept: its credentials need no key.
 *
 * @throws Invalid as newReading
 */
export function readingOnTrial({ url, type, config, credentials }: WantedReading, organizationId: string): Feed {
  checkConfig(type, config);
  checkCredentials(type, credentials);
  return requireFeed({ url, type, config, organizationId, hasCredentials: credentials !== null });
}

/**
 * Credentials that are not given anew stay, but not for another place: who may change a source could otherwise have
 * them sent to a server of his own.
 *
 * @throws as newReading
 */
export function readingAfter(
  before: { readonly url: string; readonly type: string; readonly config: Config; readonly credentials: string | null },
  changes: {
    readonly url?: string | undefined;
    readonly type?: string | undefined;
    readonly config?: Config | undefined;
    readonly credentials?: Credentials | null | undefined;
  },
  ports: ReadingPorts,
): Reading {
  const { url = before.url, type = before.type, config = before.config, credentials } = changes;
  if (credentials !== undefined || before.credentials === null) {
    if (changes.type !== undefined || changes.config !== undefined) checkConfig(type, config);
    checkCredentials(type, credentials ?? null);
    const { organizationId, sealer } = ports;
    const hasCredentials = (credentials ?? null) !== null;
    const feed = requireFeed({ url, type, config, organizationId, hasCredentials });
    return { feed, credentials: credentials ? sealed(credentials, organizationId, sealer) : null };
  }
  if (placeOf({ url, type, config }) !== placeOf(before)) {
    throw new Invalid({
      field: 'credentials',
      code: 'credentials_needed',
      detail: 'should be given again, since they would be sent to another place than before; null for none',
    });
  }
  if (changes.type !== undefined || changes.config !== undefined) checkConfig(type, config);
  const feed = requireFeed({ url, type, config, organizationId: ports.organizationId, hasCredentials: true });
  return { feed, credentials: before.credentials };
}

/** @throws Invalid */
export function checkConfig(type: string, config: Config): void {
  const settings = settingsOfType(type);
  const parsed = settings?.config.safeParse(config);
  if (parsed === undefined || parsed.success) return;
  throw new Invalid(
    ...parsed.error.issues.flatMap((issue): readonly Fault[] => {
      const path = ['config', ...issue.path.map(String)];
      if (issue.code !== 'unrecognized_keys') {
        return [{ field: path.join('.'), code: issue.code, detail: issue.message }];
      }
      return issue.keys.map((key) => ({
        field: [...path, key.slice(0, 100)].join('.'),
        code: 'unknown_field',
        detail: `a source of the type ${type} has no setting ${key.slice(0, 100)}`,
      }));
    }),
  );
}

function checkCredentials(type: string, credentials: Credentials | null): void {
  const settings = settingsOfType(type);
  if (settings === undefined) return;
  const kinds = settings.credentials;
  if (credentials === null && settings.requires_auth) {
    throw new Invalid({
      field: 'credentials',
      code: 'credentials_needed',
      detail: `a source of the type ${type} cannot be read without: ${kinds.join(', ')}`,
    });
  }
  if (credentials === null || kinds.includes(credentials.kind)) return;
  throw new Invalid({
    field: 'credentials.kind',
    code: 'invalid_value',
    detail:
      kinds.length === 0 ? `a source of the type ${type} takes no credentials` : `should be ${kinds.join(' or ')}`,
  });
}

/** Where credentials are sent. */
function placeOf({
  url,
  type,
  config,
}: {
  readonly url: string;
  readonly type: string;
  readonly config: Config;
}): string {
  return JSON.stringify([settingsOfType(type)?.name, URL.parse(url)?.origin, config['base_url'], config['token_url']]);
}

function sealed(credentials: Credentials, organizationId: string, sealer: Pick<Sealer, 'seal'>): string {
  try {
    return sealCredentials(sealer, credentials, organizationId);
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    throw new Unavailable(`credentials cannot be kept: ${error.message}`, { cause: error, retryAfterSeconds: 60 });
  }
}

/** @throws Unavailable where they cannot be opened here */
export function openedCredentials(
  credentials: string,
  organizationId: string,
  sealer: Pick<Sealer, 'open'>,
): Credentials {
  try {
    return openCredentials(sealer, credentials, organizationId);
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    const detail = `the source's credentials cannot be opened: ${error.message}`;
    throw new Unavailable(detail, { cause: error, retryAfterSeconds: 60 });
  }
}
