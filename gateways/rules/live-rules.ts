import { setImmediate as breathe } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { Query } from '../../domain/query/ast.ts';
import type { NearVectors } from '../../domain/query/matcher/question.ts';
import { TransientError } from '../../streams/errors.ts';
import type { Table } from '../../streams/table.ts';
import type { Database } from '../schema.ts';
import { compileRuleSet } from './compile.ts';
import { RuleBook } from './rule-book.ts';
import { ruleSetRecord } from './rule-set-record.ts';

export interface LiveRulesPorts {
  /** What the topic says; without it everything is read from the database. */
  readonly table?: Pick<Table<'rule-set'>, 'get'>;
  /**
   * The vectors of every near of the query.
   *
   * @throws TransientError while the model cannot be used
   */
  readonly nearVectors: (query: Query) => Promise<NearVectors>;
  readonly log: Logger;
}

/**
 * The rules as they are now, in a process that judges. They come by the topic; the database says which revision is the
 * newest, so that nobody judges by rules that have been changed while another applies the new ones to history.
 */
export class LiveRules {
  readonly book = new RuleBook();
  readonly #ports: LiveRulesPorts;
  readonly #unreadable = new Map<string, readonly string[]>();

  constructor(ports: LiveRulesPorts) {
    this.#ports = ports;
  }

  /**
   * Takes in what has changed. Called before a batch is judged, outside its transaction.
   *
   * @param only of these organisations; default: all that have or had rules
   * @throws TransientError while the model cannot be used
   */
  async refresh(db: Kysely<Database>, only?: readonly string[]): Promise<void> {
    const states = await newest(db, only);
    if (only === undefined) this.#forgetAllBut(states.map((state) => state.organization_id));
    for (const state of states) {
      const { organization_id } = state;
      if (this.#holds(state)) continue;
      const told = this.#ports.table?.get(organization_id);
      const record = told !== undefined && isOf(told, state) ? told : await ruleSetRecord(db, organization_id);
      const unreadable: string[] = [];
      const set = compileRuleSet(record, ({ rule_id, name }, error) => {
        this.#ports.log.error({ err: error, rule: rule_id }, 'a rule cannot be read and selects nothing');
        unreadable.push(name);
      });
      const vectors = await Promise.all(set.rules.map(({ query }) => this.#ports.nearVectors(query)));
      this.book.set(set, new Map(vectors.flatMap((some) => [...some])));
      this.#unreadable.set(organization_id, unreadable);
      // A hundred rules take some milliseconds; others of the process want their turn before the next organisation's.
      await breathe();
    }
  }

  /**
   * Makes sure, within the transaction that judges, that the rules are still those.
   *
   * @throws TransientError where they have changed since `refresh`: the next try takes them in
   */
  async confirm(transaction: Kysely<Database>, only?: readonly string[]): Promise<void> {
    for (const state of await newest(transaction, only)) {
      if (!this.#holds(state)) throw new TransientError('rules have changed meanwhile');
    }
  }

  /** An organisation that is gone has no marks. */
  #forgetAllBut(organizationIds: readonly string[]): void {
    const kept = new Set(organizationIds);
    for (const id of this.book.organizationIds) {
      if (kept.has(id)) continue;
      this.book.delete(id);
      this.#unreadable.delete(id);
    }
  }

  #holds(state: SetState): boolean {
    const set = this.book.setOf(state.organization_id);
    return set !== undefined && isOf({ revision: set.revision, updated_at: set.updatedAt }, state);
  }

  /** What is amiss, for people; undefined where nothing is. */
  degraded(): string | undefined {
    const names = [...this.#unreadable.values()].flat();
    return names.length === 0 ? undefined : `rules that cannot be read select nothing: ${names.join(', ')}`;
  }
}

interface SetState {
  readonly organization_id: string;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly updated_at: number;
}

const isOf = (one: Omit<SetState, 'organization_id'>, { revision, updated_at }: SetState): boolean =>
  one.revision === revision && one.updated_at === updated_at;

async function newest(db: Kysely<Database>, only: readonly string[] | undefined): Promise<readonly SetState[]> {
  const among = only === undefined ? sql`true` : sql`organization_id = any(${only}::uuid[])`;
  const { rows } = await sql<SetState>`
    select organization_id, revision, (extract(epoch from updated_at) * 1000)::float8 as updated_at
    from rule_sets where ${among}
  `.execute(db);
  return rows.map((row) => ({ ...row, updated_at: Math.floor(row.updated_at) }));
}
