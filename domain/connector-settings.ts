import { z } from 'zod';
import type { CredentialKind } from './credentials.ts';
import { cssSelector } from './css-selector.ts';
import { enrichmentSettings } from './enrichment-settings.ts';

/**
 * What can be said about a connector without running it: the services check a source by it, the collect stage reads a
 * request by it.
 */
export interface ConnectorSettings<Config extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** What people may call a source that it reads. */
  readonly types: readonly string[];
  /** Strict: a setting that it does not know is refused. Each setting is described and has a default that works. */
  readonly config: Config;
  /** Kinds of credentials that it can use, the usual one first; empty where it takes none. */
  readonly credentials: readonly CredentialKind[];
  /** True where a source cannot be read without credentials. */
  readonly requires_auth: boolean;
  /** False for what is sent to us and never fetched. */
  readonly scheduled: boolean;
}

/** How the text of a source's articles is found on their pages, where the usual way goes wrong. */
const extraction = z
  .strictObject({
    content: cssSelector.optional().describe('The element that holds the text'),
    remove: cssSelector.optional().describe('Elements to leave out'),
    title: cssSelector.optional(),
    authors: cssSelector.optional(),
    published: cssSelector.optional().describe('The element with the date'),
  })
  .describe("CSS selectors for the articles' pages, where the text is not found by itself");

/** The schema of a connector's configuration: its own settings, and those that every source may have. */
export function configSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...shape, extraction: extraction.optional(), enrichment: enrichmentSettings.optional() });
}

/** Credentials that are sent along with each request. */
export const sentCredentials = ['basic', 'bearer', 'api_key'] as const satisfies readonly CredentialKind[];
