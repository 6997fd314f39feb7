import type { Logger } from 'pino';
import { openEmbedder } from '../domain/embedding/embedder.ts';
import { openPostgres, typedQueries } from '../gateways/postgres.ts';
import { defaultOrganizationId } from '../gateways/schema.ts';
import { openQueries } from '../gateways/services/query/queries.ts';
import { openQueryEmbedder, type QueryEmbedder } from '../gateways/services/search/query-embedder.ts';
import { openRuleRuns, type RuleRuns } from '../gateways/services/rules/runs.ts';
import { type OrganizationRule, openRules, type Rules } from '../gateways/services/rules/rules.ts';
import { openVectorIndex } from '../gateways/vector-index/open.ts';
import type { Config } from '../streams/config.ts';
import { InputError } from '../streams/errors.ts';

/** The rules, reached without the APIs: a command works also while they are down. */
export interface RuleDesk extends AsyncDisposable {
  readonly rules: Rules;
  readonly runs: RuleRuns;
  /** Every rule, in the order in which they judge. */
  all(): Promise<readonly OrganizationRule[]>;
  /** @throws InputError for a name that no rule has */
  named(name: string): Promise<OrganizationRule>;
  /**
   * @returns the id of a notification channel
   * @throws InputError for a name that no channel has
   */
  channelNamed(name: string): Promise<string>;
}

export async function openRuleDesk(config: Config, log: Logger): Promise<RuleDesk> {
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const vectors = await openVectorIndex(config.vectors, { log });
  let model: QueryEmbedder | undefined;
  // The model takes seconds to load, and few rules ask for meaning.
  const embedder: Pick<QueryEmbedder, 'embed'> = {
    embed(text) {
      model ??= openQueryEmbedder(() => openEmbedder({ modelDir: config.embedding.modelDir, threads: 1, log }), log);
      return model.embed(text);
    },
  };
  const db = typedQueries(pool);
  const ports = { db, organizationId: defaultOrganizationId, now: Date.now, vectors, embedder };
  const rules = openRules({ ...ports, queries: openQueries(ports) });

  async function all(): Promise<readonly OrganizationRule[]> {
    const found: OrganizationRule[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Rules['list']>> = await rules.list(
        cursor === null ? { limit: 100 } : { limit: 100, cursor },
      );
      found.push(...page.items.map(({ item }) => item));
      cursor = page.next;
    } while (cursor !== null);
    return found;
  }

  return {
    rules,
    runs: openRuleRuns(ports),
    all,
    async named(name) {
      const rule = (await all()).find((one) => one.name === name);
      if (rule === undefined) throw new InputError(`there is no rule named ${name}; \`npx mimir rule list\` shows all`);
      return rule;
    },
    async channelNamed(name) {
      const channel = await db
        .selectFrom('notification_channels')
        .select('id')
        .where('organization_id', '=', defaultOrganizationId)
        .where('name', '=', name)
        .executeTakeFirst();
      if (channel === undefined)
        throw new InputError(`there is no channel named ${name}: GET /api/v1/channels lists all`);
      return channel.id;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.end(), model?.close(), vectors[Symbol.asyncDispose]()]);
    },
  };
}
