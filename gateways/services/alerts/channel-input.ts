import { z } from 'zod';
import { nameSchema } from './saved-search-input.ts';
import { storableText } from '../text-schema.ts';

export const maxChannels = 100;

/** What an organisation can be notified by; gateways/notify/channels has an adapter for each. */
export const channelKinds = ['webhook', 'email', 'log'] as const;
export type ChannelKind = (typeof channelKinds)[number];

const addressSchema = storableText(2_000)
  .trim()
  .min(1, { error: 'should not be empty' })
  .nullable()
  .meta({ description: 'Of a webhook the URL, of e-mail the address; a log has none' });

const fields = { name: nameSchema, address: addressSchema, enabled: z.boolean({ error: 'should be true or false' }) };

const webAddress = z.url({ protocol: /^https?$/, error: 'should be an address that begins with https:// or http://' });
const mailAddress = z.email({ error: 'should be an e-mail address' }).max(254);

/** What is wrong with the address; null where it fits the kind. */
export function faultOfAddress(kind: string, address: string | null): string | null {
  if (kind === 'log') return address === null ? null : 'a log has no address';
  const parsed = (kind === 'email' ? mailAddress : webAddress).safeParse(address ?? '');
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'is no address');
}

export const newChannelSchema = z
  .strictObject({
    name: fields.name,
    kind: z.enum(channelKinds, { error: `should be one of ${channelKinds.join(', ')}` }),
    address: fields.address.default(null),
    enabled: fields.enabled.default(true),
  })
  .meta({ description: 'A webhook gets a secret, which is shown this once' });
export type NewChannel = z.input<typeof newChannelSchema>;

export const channelChangesSchema = z.strictObject(fields).partial();
export type ChannelChanges = z.input<typeof channelChangesSchema>;
