import SchemaBuilder from '@pothos/core';
import { createGraphQLError } from 'graphql-yoga';
import { isDeeperThan, maxNesting } from '../serving/nesting.ts';
import type { GraphContext } from './context.ts';

export const builder = new SchemaBuilder<{
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
}>({ defaultFieldNullability: false });

/** Checked by the services, in the words that the REST API uses too. */
export const dateTime = builder.scalarType('DateTime', {
  description: 'ISO 8601, in UTC: 2026-01-31T12:00:00Z',
  serialize: (value) => value,
  parseValue(value) {
    if (typeof value === 'string') return value;
    throw createGraphQLError('a DateTime is a text of ISO 8601');
  },
});

export const json = builder.scalarType('JSON', {
  description: 'Any JSON value',
  serialize: (value) => value,
  // A literal is part of the query, whose text is bounded.
  parseValue(value) {
    if (!isDeeperThan(value, maxNesting)) return value;
    throw createGraphQLError(`the JSON nests deeper than ${maxNesting} levels`, { extensions: { code: 'too_deep' } });
  },
});
