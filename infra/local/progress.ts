/** Tells a person what is being done. Steps may run side by side. */
export interface Progress {
  step(title: string): Step;
}

export interface Step {
  /** What is being done right now; shown on a terminal only. */
  detail(text: string): void;
  /** @param text what came of it, in a few words */
  done(text?: string): void;
  fail(text?: string): void;
}

/** For `--json` and for tests. */
export const silentProgress: Progress = {
  step: () => ({ detail: () => undefined, done: () => undefined, fail: () => undefined }),
};

/** Shows the work as one step. */
export async function inStep<Result>(
  progress: Progress,
  title: string,
  work: (step: Step) => Promise<Result>,
): Promise<Result> {
  const step = progress.step(title);
  try {
    const result = await work(step);
    step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}

/** Redraws the steps under way where the stream is a terminal; elsewhere one line for each step that ended. */
export function streamProgress(stream: NodeJS.WriteStream): Progress {
  const active = new Map<symbol, { title: string; detail: string; startedAt: number }>();
  let drawnLines = 0;
  let timer: NodeJS.Timeout | undefined;

  function redraw(finished = ''): void {
    const width = stream.columns > 20 ? stream.columns - 1 : 79;
    const lines = [...active.values()].map(({ title, detail, startedAt }) =>
      `  … ${title}${detail === '' ? '' : `: ${detail}`} (${elapsed(startedAt)})`.slice(0, width),
    );
    const wipe = drawnLines > 0 ? `\u001B[${drawnLines}A\u001B[J` : '';
    stream.write(wipe + finished + lines.map((line) => `${line}\n`).join(''));
    drawnLines = lines.length;
  }

  function end(key: symbol, sign: string, text: string): void {
    const step = active.get(key);
    if (step === undefined) return;
    active.delete(key);
    const line = `  ${sign} ${step.title}${text === '' ? '' : `: ${text}`} (${elapsed(step.startedAt)})\n`;
    if (stream.isTTY) redraw(line);
    else stream.write(line);
    if (active.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  return {
    step(title) {
      const key = Symbol(title);
      const step = { title, detail: '', startedAt: Date.now() };
      active.set(key, step);
      if (stream.isTTY) timer ??= setInterval(redraw, 200).unref();
      return {
        detail: (text) => {
          step.detail = text;
        },
        done: (text = '') => end(key, '✓', text),
        fail: (text = '') => end(key, '✗', text),
      };
    },
  };
}

function elapsed(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
