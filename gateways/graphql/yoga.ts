import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { NoSchemaIntrospectionCustomRule } from 'graphql/validation/rules/custom/NoSchemaIntrospectionCustomRule.js';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Services } from '../services/services.ts';
import { graphContext } from './context.ts';
import { maskError } from './mask-error.ts';
import { schema } from './schema.ts';

export interface GraphOptions {
  readonly services: Services;
  readonly log: Logger;
  /** Whether callers may ask for the schema. */
  readonly introspection: boolean;
}

const maxBodyBytes = 1_000_000;

/** Bounds on the text of a query; what they cannot see, the number of linked articles, is counted while it runs. */
const armor = new EnvelopArmor({
  maxDepth: { n: 10 },
  costLimit: { maxCost: 5_000 },
  maxAliases: { n: 15 },
  maxDirectives: { n: 20 },
  maxTokens: { n: 1_000 },
  blockFieldSuggestion: { enabled: true },
});

export function graphServer({ services, log, introspection }: GraphOptions) {
  return createYoga({
    schema,
    context: () => graphContext(services),
    plugins: [...armor.protect().plugins, ...(introspection ? [] : [withoutIntrospection])],
    // isDev follows NODE_ENV where it is not set, and would add stacks.
    maskedErrors: { isDev: false, maskError: maskError(log) },
    maxRequestBodySize: maxBodyBytes,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
}

const withoutIntrospection: Plugin = {
  onValidate({ addValidationRule }) {
    addValidationRule(NoSchemaIntrospectionCustomRule);
  },
};
