import { z } from 'zod';
import { canonicalizeUrl } from './canonical-url.ts';

/** Address of a service, to which paths are added. */
export const baseUrl = z
  .string()
  .max(500)
  .refine((text) => canonicalizeUrl(text) !== null, {
    error: 'should be an http or https address without user name and password',
  });
