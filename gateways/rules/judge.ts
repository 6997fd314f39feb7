import { normalPriority, priorityOfRank, priorityRank } from '../../domain/priority.ts';
import { type DocumentPart, type OrganizationView, partsOf, type QueryDocument } from '../../domain/query/document.ts';
import type { MarkingRule } from '../schema.ts';
import { asksForMarks, type Rule } from './rule.ts';

/** What rules do to one article for their organisation. */
export interface Marks {
  /** Each once, in the order in which they were given. */
  readonly tags: readonly string[];
  readonly tagKeys: readonly string[];
  readonly dropped: boolean;
  /** -1 to 2, as in domain/priority.ts. */
  readonly priority: number;
  readonly routes: readonly string[];
  /** Those that matched, in their order. */
  readonly rules: readonly MarkingRule[];
}

export interface Judgement {
  readonly marks: Marks;
  /** The rules that matched, whole: for what they do beyond marks. */
  readonly matched: readonly Rule[];
  /** False: what some rules ask for is not known yet, so that they, or rules behind them, are still to be judged. */
  readonly isComplete: boolean;
}

export const noMarks: Marks = { tags: [], tagKeys: [], dropped: false, priority: 0, routes: [], rules: [] };

/**
 * Judges an article by the rules of an organisation, in their order. A rule sees the publisher's tags and what the rules
 * before it did, never what rules behind it do or what was done to the article earlier: the outcome follows from the
 * rules and the article alone.
 *
 * A rule whose query asks for what is not known yet (its categories, its story, its vector) is left for later. Those
 * behind it are judged all the same, unless it might have stopped them or they ask for what it might have done.
 *
 * @param document what it says of earlier marks of the organisation is not looked at
 * @param matches whether the rule's query selects the document
 */
export function judge(
  rules: readonly Rule[],
  document: QueryDocument,
  organizationId: string,
  matches: (rule: Rule, document: QueryDocument) => boolean,
): Judgement {
  const matched: Rule[] = [];
  let isComplete = true;
  for (const rule of rules) {
    const needsMarks = asksForMarks(rule.query);
    if (!isKnown(document.parts, partsOf(rule.query)) || (needsMarks && !isComplete)) {
      isComplete = false;
      if (rule.actions.stop) break;
      continue;
    }
    const seen = needsMarks ? withMarks(document, new Map([[organizationId, marksOf(matched)]])) : document;
    if (!matches(rule, seen)) continue;
    matched.push(rule);
    if (rule.actions.stop) break;
  }
  return { marks: marksOf(matched), matched, isComplete };
}

function isKnown(parts: ReadonlySet<DocumentPart>, needed: ReadonlySet<DocumentPart>): boolean {
  return [...needed].every((part) => parts.has(part));
}

function marksOf(matched: readonly Rule[]): Marks {
  const steps = matched.reduce((sum, { actions }) => sum + actions.priority, 0);
  return {
    tags: unique(matched.flatMap(({ actions }) => actions.tags)),
    tagKeys: unique(matched.flatMap(({ tagKeys }) => tagKeys)),
    dropped: matched.some(({ actions }) => actions.drop),
    priority: priorityRank(priorityOfRank(steps)),
    routes: unique(matched.flatMap(({ actions }) => actions.route ?? [])),
    rules: matched.map(({ id, name, revision }) => ({ id, name, revision })),
  };
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

const unrelated: OrganizationView = {
  sourceIds: [],
  topicIds: [],
  relevance: null,
  tagKeys: [],
  priority: normalPriority,
  isDropped: false,
};

/** The document as these organisations find it once their rules have done this. */
export function withMarks(document: QueryDocument, marks: ReadonlyMap<string, Marks>): QueryDocument {
  const organizations = new Map(document.organizations);
  for (const [organizationId, { tagKeys, priority, dropped }] of marks) {
    const view = organizations.get(organizationId) ?? unrelated;
    organizations.set(organizationId, {
      ...view,
      tagKeys,
      priority: priorityOfRank(priority),
      isDropped: dropped,
    });
  }
  return { ...document, organizations };
}
