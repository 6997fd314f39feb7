import { foldName } from '../../fold-name.ts';
import { normalPriority, priorities } from '../../priority.ts';
import { valueKey } from '../article-keys.ts';
import type { Value } from '../ast.ts';
import type { QueryDocument } from '../document.ts';

/**
 * Values as tokens, as words are lexemes: an article has some, a clause asks for one of a few. No lexeme begins with =.
 */
const tokenOf = (field: string, value: string): string => `=${field}:${value}`;
const ownTokenOf = (organizationId: string, field: string, value: string): string =>
  `=${organizationId}:${field}:${value}`;

/** Tokens of which an article must have any, or none where `isNone`. */
export interface WantedTokens {
  readonly tokens: readonly string[];
  readonly isNone: boolean;
}

/** What a clause of the form field:value asks for. */
export function wantedTokens({ field, value }: Value, organizationId: string): WantedTokens {
  const own = (text: string): string => ownTokenOf(organizationId, field, text);
  switch (field) {
    case 'language':
      return any(tokenOf(field, value.toLowerCase()));
    case 'source':
    case 'topic':
      return any(own(value));
    case 'site':
    case 'author':
    case 'keyword':
      return any(tokenOf('key', valueKey(field, value)));
    case 'tag':
      return any(tokenOf('key', valueKey(field, value)), own(valueKey(field, value)));
    case 'entity':
      return any(tokenOf(field, foldName(value)));
    case 'is':
      return any(value === 'dropped' ? own(value) : tokenOf(field, value));
    case 'priority':
      // An article of which no rule spoke has none: it is normal.
      return value === normalPriority
        ? { tokens: priorities.filter((name) => name !== normalPriority).map(own), isNone: true }
        : any(own(value));
    default:
      return any(tokenOf(field, value));
  }
}

const any = (...tokens: readonly string[]): WantedTokens => ({ tokens, isNone: false });

/** Hands over each token of an article. */
export function forEachValueToken(document: QueryDocument, take: (token: string) => void): void {
  const each = (field: string, values: readonly string[]): void => {
    for (const value of values) take(tokenOf(field, value));
  };
  if (document.language !== null) take(tokenOf('language', document.language.toLowerCase()));
  each('feed', document.feedIds);
  each('key', document.keys);
  each('entity', document.entityKeys);
  each('category', document.categories);
  each('story', document.storyIds);
  if (document.sentiment !== null) take(tokenOf('sentiment', document.sentiment.label));
  each('quality', document.quality);
  take(tokenOf('is', document.isCopy ? 'copy' : 'original'));
  for (const [organizationId, own] of document.organizations) {
    const eachOwn = (field: string, values: readonly string[]): void => {
      for (const value of values) take(ownTokenOf(organizationId, field, value));
    };
    eachOwn('source', own.sourceIds);
    eachOwn('topic', own.topicIds);
    eachOwn('tag', own.tagKeys);
    eachOwn('priority', [own.priority]);
    if (own.isDropped) eachOwn('is', ['dropped']);
  }
}
