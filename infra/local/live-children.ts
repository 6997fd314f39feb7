import type { ChildProcess } from 'node:child_process';

/**
 * Whatever ends this process in an orderly way (an uncaught error, process.exit in the middle of a start), no child
 * outlives it. A SIGKILL is not orderly: for that see orphans.ts.
 */
const children = new Set<ChildProcess>();

/** @param child started detached, so that its process group is its own */
export function trackChild(child: ChildProcess): () => void {
  if (children.size === 0) process.once('exit', killAll);
  children.add(child);
  return () => {
    children.delete(child);
    if (children.size === 0) process.removeListener('exit', killAll);
  };
}

function killAll(): void {
  for (const { pid } of children) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}
