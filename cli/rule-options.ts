import { type Command, InvalidArgumentError } from 'commander';
import type { NewRule } from '../gateways/services/rules/input.ts';
import type { RuleDesk } from './rule-desk.ts';

/** What a rule does, as options of a command. */
export interface ActionOptions {
  readonly tag?: string[];
  readonly drop?: true;
  readonly priority?: number;
  readonly route?: string;
  readonly channel?: string;
  readonly stop?: true;
}

export function addActionOptions(command: Command): Command {
  return command
    .option('--tag <tag...>', 'tags to add')
    .option('--drop', 'leave it out of lists and searches')
    .option('--priority <steps>', 'raise it so many steps; lower it where below 0', wholeNumber)
    .option('--route <name>', 'tell of it on the topic article-routed under this name')
    .option('--channel <name>', 'tell this notification channel of it')
    .option('--stop', 'the rules behind it do not judge it')
    .option('--position <place>', 'where it stands among the rules, from 1; last unless given', wholeNumber);
}

/**
 * Those that were given.
 *
 * @throws InputError for a channel that there is not
 */
export async function actionsOf(
  desk: Pick<RuleDesk, 'channelNamed'>,
  { tag, drop, priority, route, channel, stop }: ActionOptions,
): Promise<NewRule['actions']> {
  const channelId = channel === undefined ? undefined : await desk.channelNamed(channel);
  const given = { tags: tag, drop, priority, route, channel_id: channelId, stop };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number)) throw new InvalidArgumentError('It should be a whole number.');
  return number;
}
