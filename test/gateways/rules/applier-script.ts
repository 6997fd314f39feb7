import { Registry } from 'prom-client';
import { ruleApplier } from '../../../gateways/rules/rule-applier.ts';
import { loadConfig } from '../../../streams/config.ts';
import { armFailPoint } from '../../../streams/fail-points.ts';
import { createLogger } from '../../../streams/logger.ts';
import type { Runtime } from '../../../streams/runtime.ts';

/** Applies rules in a process of its own until it is killed. */
const config = loadConfig();
armFailPoint(config.failAt);
await ruleApplier.open({ config, log: createLogger('warn'), metrics: new Registry() } as Runtime);
