import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { beforeAll, describe, expect, test } from 'vitest';

/** What each room may import, besides itself. Everything else is forbidden. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  streams: ['schemas'],
  domain: ['streams', 'schemas'],
  processors: ['domain', 'streams', 'schemas'],
  gateways: ['domain', 'streams', 'schemas'],
  infra: ['streams'],
  cli: ['infra', 'gateways', 'processors', 'domain', 'streams', 'schemas'],
};

/** Packages that one room alone may import, so that their dangers are met in one place. */
const keepers: readonly { readonly packages: string; readonly room: string }[] = [
  {
    packages: '^(undici|node:https?|https?)$',
    room: '^(streams/http|streams/(process|registry-codec)|gateways/serving|cli/up)',
  },
  {
    packages: '^(node:)?(net|tls|http2|dgram)$',
    room: '^(streams/http|streams/process|gateways/serving|infra/local)/',
  },
  { packages: '^(kafkajs|@platformatic/kafka)$', room: '^streams/kafka/' },
  { packages: '^@kafkajs/confluent-schema-registry$', room: '^streams/' },
  { packages: '^(pg|kysely)$', room: '^(gateways|cli|infra/local)/' },
  { packages: '^@qdrant/', room: '^gateways/vector-index/' },
  { packages: '^onnxruntime-node$', room: '^domain/embedding/' },
];

const rooms = Object.keys(arrows);
const forbidden: IForbiddenRuleType[] = [
  ...rooms.map((room) => ({
    name: `${room}-imports-only-what-it-may`,
    severity: 'error' as const,
    from: { path: `^${room}/` },
    to: { path: `^(${rooms.join('|')})/`, pathNot: `^(${[room, ...(arrows[room] ?? [])].join('|')})/` },
  })),
  ...keepers.map(({ packages, room }) => ({
    name: `${packages}-stays-in-its-room`,
    severity: 'error' as const,
    from: { path: `^(${rooms.join('|')})/`, pathNot: room },
    to: { path: packages.replace('^', '(^|node_modules/)').replace('$', '(/|$)') },
  })),
  { name: 'no-cycles', severity: 'error', from: { path: `^(${rooms.join('|')})/` }, to: { circular: true } },
];

let result: ICruiseResult;

beforeAll(async () => {
  const { output } = await cruise(
    [...rooms],
    { ruleSet: { forbidden }, validate: true, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true },
    { extensions: ['.ts', '.js', '.json'] },
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text');
  result = output;
}, 120_000);

describe('the arrows between the folders', () => {
  test('are looked at: modules and imports were found in every room', () => {
    expect(result.summary.totalDependenciesCruised).toBeGreaterThan(100);
    for (const room of rooms) {
      expect(
        result.modules.some((module) => module.source.startsWith(`${room}/`) && module.dependencies.length > 0),
      ).toBe(true);
    }
  });

  test('point one way only', () => {
    const violations = result.summary.violations.map(
      (violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`,
    );
    expect(violations).toEqual([]);
  });
});
