/** How much an article matters to an organisation, by its rules. From what can wait to what cannot. */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

/** Of an article that no rule has raised or lowered. */
export const normalPriority: Priority = 'normal';

/** The number that ranges and stores compare: low is -1, normal 0, high 1, urgent 2. */
export function priorityRank(priority: Priority): number {
  return priorities.indexOf(priority) - priorities.indexOf(normalPriority);
}

/** @param rank beyond the ends is as good as the end */
export function priorityOfRank(rank: number): Priority {
  const place = Math.round(rank) + priorities.indexOf(normalPriority);
  return priorities[Math.max(0, Math.min(priorities.length - 1, place))] ?? normalPriority;
}
