import { describe, expect, test } from 'vitest';
import type { QueryDocument } from '../../../domain/query/document.ts';
import type { Judgement } from '../../../gateways/rules/judge.ts';
import { RuleBook } from '../../../gateways/rules/rule-book.ts';
import type { OrganizationRule } from '../../../schemas/types.ts';
import { acme, other, queryDocument, ruleRecord, ruleSet } from './rule-making.ts';

const nothingNear = new Map();

function judged(rules: readonly OrganizationRule[], document: QueryDocument = queryDocument()): Judgement {
  const book = new RuleBook();
  book.set(ruleSet(acme, ...rules), nothingNear);
  const judgement = book.judge(document, [acme], 0).get(acme);
  if (judgement === undefined) throw new Error('not judged');
  return judgement;
}
const namesOf = ({ marks }: Judgement) => marks.rules.map(({ name }) => name);

describe('rules', () => {
  test('do together what each of those that match does', () => {
    const { marks, isComplete } = judged([
      ruleRecord('one', 'strike', { tags: ['Labour', 'ports'], priority: 1, route: 'desk' }),
      ruleRecord('two', 'football', { tags: ['sport'], drop: true, route: 'sport' }),
      ruleRecord('three', 'harbour', { tags: ['Labour'], priority: 2, drop: true, route: 'desk' }),
    ]);
    expect(marks).toEqual({
      tags: ['Labour', 'ports'],
      tagKeys: ['tag=labour', 'tag=ports'],
      dropped: true,
      priority: 2,
      routes: ['desk'],
      rules: [
        { id: 'one', name: 'one', revision: 1 },
        { id: 'three', name: 'three', revision: 1 },
      ],
    });
    expect(isComplete).toBe(true);
  });

  test.each([
    [[1], 1],
    [[1, 1, 1, 1], 2],
    [[-1], -1],
    [[-3, -3], -1],
    // Not cut off on the way: the order makes no difference.
    [[3, -2], 1],
    [[-2, 3], 1],
  ])('that raise by %j come to the priority %i', (steps, priority) => {
    const rules = steps.map((step, at) => ruleRecord(`rule ${at}`, 'strike', { priority: step }));
    expect(judged(rules).marks.priority).toBe(priority);
  });

  test('that match stop those behind them where they say so, and others do not', () => {
    const rules = [
      ruleRecord('no match', 'football', { stop: true }),
      ruleRecord('stops', 'strike', { stop: true }),
      ruleRecord('behind', 'strike', { drop: true }),
    ];
    expect(namesOf(judged(rules))).toEqual(['stops']);
  });
});

describe('a rule sees', () => {
  test.each<readonly [string, readonly string[]]>([
    ['tag:ports', ['asks']],
    ['tag:labour', ['tags', 'asks']],
    ['-tag:labour', ['tags']],
    ['priority:urgent', ['raises', 'asks']],
    ['priority:>=1', ['raises', 'asks']],
    ['priority:normal', ['asks']],
    ['is:dropped', ['drops', 'asks']],
    ['tag:labour football', ['tags']],
    ['tag:labour dockers', ['tags', 'asks']],
  ])('the publisher’s tags and what rules before it did, as in %s', (query, names) => {
    const before = {
      tags: ruleRecord('tags', 'strike', { tags: ['LABOUR'] }),
      raises: ruleRecord('raises', 'strike', { priority: 2 }),
      drops: ruleRecord('drops', 'strike', { drop: true }),
    };
    const used = Object.values(before).filter(
      ({ name }) => names.includes(name) || (name === 'tags' && query.includes('labour')),
    );
    expect(namesOf(judged([...used, ruleRecord('asks', query, { route: 'desk' })]))).toEqual(names);
  });

  test('nothing of what rules behind it do', () => {
    const rules = [
      ruleRecord('asks', 'tag:labour', { route: 'desk' }),
      ruleRecord('tags', 'strike', { tags: ['labour'] }),
    ];
    expect(namesOf(judged(rules))).toEqual(['tags']);
  });

  test('nothing of what was done to the article earlier', () => {
    const earlier = queryDocument({
      organizations: new Map([
        [
          acme,
          {
            sourceIds: [],
            topicIds: [],
            relevance: null,
            tagKeys: ['tag=labour'],
            priority: 'urgent',
            isDropped: true,
          },
        ],
      ]),
    });
    const rules = [ruleRecord('asks', 'tag:labour OR priority:urgent OR is:dropped', { route: 'desk' })];
    expect(namesOf(judged(rules, earlier))).toEqual([]);
  });

  test('nothing of another organisation, neither its rules nor what it knows', () => {
    const book = new RuleBook();
    book.set(ruleSet(other, ruleRecord('foreign', 'strike', { tags: ['labour'] })), nothingNear);
    book.set(
      ruleSet(acme, ruleRecord('own', 'tag:labour OR topic:"00000000-0000-4000-8000-00000000000a"', { drop: true })),
      nothingNear,
    );
    const document = queryDocument({
      organizations: new Map([
        [
          other,
          {
            sourceIds: [],
            topicIds: ['00000000-0000-4000-8000-00000000000a'],
            relevance: null,
            tagKeys: [],
            priority: 'normal',
            isDropped: false,
          },
        ],
      ]),
    });
    const found = book.judge(document, [acme, other], 0);
    expect([...found].map(([id, judgement]) => [id, namesOf(judgement)])).toEqual([
      [acme, []],
      [other, ['foreign']],
    ]);
    expect([...book.judge(document, [acme], 0).keys()]).toEqual([acme]);
  });
});

const asks = (actions: Partial<OrganizationRule>) => ruleRecord('asks', '-category:sport', actions);

describe('a rule that asks for what is not known yet', () => {
  const early = queryDocument({ parts: new Set(['topics', 'relevance', 'story']) });

  test('waits, and those behind it do not', () => {
    const judgement = judged([asks({ drop: true }), ruleRecord('tags', 'strike', { tags: ['labour'] })], early);
    expect([namesOf(judgement), judgement.isComplete]).toEqual([['tags'], false]);
  });

  test('holds up those that it may stop', () => {
    const judgement = judged([asks({ stop: true }), ruleRecord('tags', 'strike', { tags: ['labour'] })], early);
    expect([namesOf(judgement), judgement.isComplete]).toEqual([[], false]);
  });

  test('holds up those that ask for what it may do', () => {
    const rules = [
      asks({ tags: ['labour'] }),
      ruleRecord('marks', '-tag:labour', { drop: true }),
      ruleRecord('plain', 'strike', { priority: 1 }),
    ];
    const judgement = judged(rules, early);
    expect([namesOf(judgement), judgement.isComplete]).toEqual([['plain'], false]);
    expect(namesOf(judged(rules))).toEqual(['asks', 'plain']);
  });
});

test('a set of rules that is set anew takes the place of the one before', () => {
  const book = new RuleBook();
  book.set(
    ruleSet(acme, ruleRecord('one', 'strike', { drop: true }), ruleRecord('two', 'strike', { drop: true })),
    nothingNear,
  );
  book.set({ ...ruleSet(acme, ruleRecord('two', 'football', { drop: true })), revision: 2 }, nothingNear);
  expect(book.setOf(acme)?.revision).toBe(2);
  expect(book.judge(queryDocument(), [acme], 0).get(acme)?.marks.rules).toEqual([]);
  book.delete(acme);
  expect(book.judge(queryDocument(), [acme], 0).size).toBe(0);
});

test('a rule that is longer as it is kept than a person may write is read', () => {
  const words = Array.from({ length: 60 }, (_, at) => `summary:${'x'.repeat(30)}${at}`).join(' OR ');
  expect(ruleSet(acme, ruleRecord('long', `${words} OR strike`, { drop: true })).rules).toHaveLength(1);
});
