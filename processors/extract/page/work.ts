/** What is asked of a tree costs more steps than were allowed. */
class TooMuchWork extends Error {
  override name = 'TooMuchWork';
}

/** A node costs as much as so many characters. */
export const nodeSteps = 4;

/**
 * The steps that reading a tree takes: one for each character that is handed out, some for each node that is passed. Readability
 * reads the text below an element at every level, and at some levels once more for each level below: on a page of some
 * hundred levels that is more than the size of the page says. Steps are counted and not time, so that a page gives the
 * same on every machine.
 */
export class Work {
  /** Since the tree was made. */
  steps = 0;
  private most = Infinity;

  /** Lets so many more steps be taken. */
  allow(steps: number): void {
    this.most = this.steps + steps;
  }

  /** @throws TooMuchWork when no more are allowed */
  take(steps: number): void {
    this.steps += steps;
    if (this.steps > this.most) throw new TooMuchWork(`more than ${this.most} steps`);
  }
}
