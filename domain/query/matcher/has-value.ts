import { foldName } from '../../fold-name.ts';
import { normalPriority } from '../../priority.ts';
import { valueKey } from '../article-keys.ts';
import type { Value } from '../ast.ts';
import type { QueryDocument } from '../document.ts';

/** Whether an article has what a clause of the form field:value asks for. */
export function hasValue({ field, value }: Value, document: QueryDocument, organizationId: string): boolean {
  const own = document.organizations.get(organizationId);
  switch (field) {
    case 'language':
      return document.language?.toLowerCase() === value.toLowerCase();
    case 'source':
      return own?.sourceIds.includes(value) === true;
    case 'feed':
      return document.feedIds.includes(value);
    case 'site':
    case 'author':
    case 'keyword':
      return document.keys.includes(valueKey(field, value));
    case 'tag':
      return [...document.keys, ...(own?.tagKeys ?? [])].includes(valueKey(field, value));
    case 'entity':
      return document.entityKeys.includes(foldName(value));
    case 'category':
      return document.categories.includes(value);
    case 'topic':
      return own?.topicIds.includes(value) === true;
    case 'story':
      return document.storyIds.includes(value);
    case 'sentiment':
      return document.sentiment?.label === value;
    case 'quality':
      return document.quality.includes(value);
    case 'is':
      if (value === 'dropped') return own?.isDropped === true;
      return document.isCopy ? value === 'copy' : value === 'original';
    default:
      return (own?.priority ?? normalPriority) === value;
  }
}
