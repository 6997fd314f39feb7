import { z } from 'zod';
import { nameSchema } from '../alerts/saved-search-input.ts';
import { idSchema, storableText } from '../text-schema.ts';

/** Every article is judged by all of them, one after the other. */
export const maxRules = 100;
const maxTags = 20;
/** As the query language takes them. */
const maxQueryCharacters = 2_000;

const tag = storableText(100)
  .trim()
  .refine((text) => /[\p{L}\p{N}]/u.test(text), { error: 'should hold a letter or a digit' });

const routeName = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, {
  error: 'should be 64 small letters, digits, dots, lines or hyphens at most, with a letter or digit at each end',
});

const actionFields = {
  tags: z
    .array(tag, { error: 'should be a list of tags' })
    .max(maxTags, { error: `should be ${maxTags} at most` })
    .transform((tags) => [...new Set(tags)])
    .meta({ description: 'Added to the article; queries find them as they find those of publishers' }),
  drop: z.boolean({ error: 'should be true or false' }).meta({
    description: "Leaves it out of the organisation's lists and searches that do not ask for what was dropped",
  }),
  priority: z
    .int({ error: 'should be a whole number' })
    .min(-3, { error: 'should be -3 at least' })
    .max(3, { error: 'should be 3 at most' })
    .meta({ description: 'Steps up from normal to high and urgent; below 0 down to low' }),
  route: routeName.nullable().meta({ description: 'Tells of it on the topic article-routed under this name' }),
  channel_id: idSchema.nullable().meta({ description: 'Tells this notification channel of it, once' }),
  stop: z.boolean({ error: 'should be true or false' }).meta({
    description: 'The rules behind it do not judge what it selects',
  }),
};

const actions = z
  .strictObject(
    {
      tags: actionFields.tags.default([]),
      drop: actionFields.drop.default(false),
      priority: actionFields.priority.default(0),
      route: actionFields.route.default(null),
      channel_id: actionFields.channel_id.default(null),
      stop: actionFields.stop.default(false),
    },
    { error: 'should be an object with actions' },
  )
  .refine(
    ({ tags, drop, priority, route, channel_id, stop }) =>
      tags.length > 0 || drop || priority !== 0 || route !== null || channel_id !== null || stop,
    { error: 'should do something: tags, drop, priority, route, channel_id or stop' },
  );

const fields = {
  name: nameSchema,
  query: storableText(maxQueryCharacters)
    .trim()
    .min(1, { error: 'should not be empty' })
    .meta({ description: 'In the query language, as for search; it also sees what the rules before did' }),
  actions: actions.meta({ description: 'What is done to the articles that it selects; replaced as a whole' }),
  position: z
    .int({ error: 'should be a whole number' })
    .min(1, { error: 'should be 1 at least' })
    .meta({ description: 'Its place in the order of judging, from 1; those behind it move. The last unless told' }),
  enabled: z.boolean({ error: 'should be true or false' }),
};

export const newRuleSchema = z.strictObject({
  name: fields.name,
  query: fields.query,
  actions: fields.actions,
  position: fields.position.optional(),
  enabled: fields.enabled.default(true),
});
export type NewRule = z.input<typeof newRuleSchema>;

export const ruleChangesSchema = z.strictObject(fields).partial();
export type RuleChanges = z.input<typeof ruleChangesSchema>;

const trialFields = {
  days: z
    .int({ error: 'should be a whole number' })
    .min(1, { error: 'should be 1 at least' })
    .max(365, { error: 'should be 365 at most' })
    .default(7)
    .meta({ description: 'How far back to look, by when articles were collected' }),
  limit: z
    .int({ error: 'should be a whole number' })
    .min(0, { error: 'should be 0 at least' })
    .max(50, { error: 'should be 50 at most' })
    .default(10)
    .meta({ description: 'Examples at most' }),
};

export const ruleTrialSchema = z.strictObject({
  query: fields.query,
  actions: fields.actions,
  position: fields.position.optional(),
  ...trialFields,
});
export type RuleTrialInput = z.input<typeof ruleTrialSchema>;

/** Of a stored rule: what is given is tried in place of what it says. */
export const storedRuleTrialSchema = z.strictObject({
  query: fields.query.optional(),
  actions: fields.actions.optional(),
  position: fields.position.optional(),
  ...trialFields,
});
export type StoredRuleTrialInput = z.input<typeof storedRuleTrialSchema>;
