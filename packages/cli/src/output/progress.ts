export interface ProgressLine {
  update(done: number, total: number, note?: string): void;
  /** Leaves the last state standing and goes to the next line. */
  end(note?: string): void;
}

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * One stream for progress and for everything else: what else is written begins on a line of its own, and not behind a progress that
 * stands there.
 */
export function sharedStream(stream: Stream): { readonly lines: Stream; readonly progress: Stream } {
  let isOpen = false;
  return {
    lines: {
      write: (text) => {
        stream.write(isOpen ? `\n${text}` : text);
        isOpen = false;
      },
    },
    progress: {
      ...(stream.isTTY === undefined ? {} : { isTTY: stream.isTTY }),
      write: (text) => {
        stream.write(text);
        isOpen = !text.endsWith('\n');
      },
    },
  };
}

/** A terminal's line is written anew at most this often; a file or pipe gets a line at every tenth of the work. */
const INTERVAL_MS = 100;

export function progressLine(label: string, stream: Stream): ProgressLine {
  const start = performance.now();
  const tty = stream.isTTY === true;
  let last = Number.NEGATIVE_INFINITY;
  let tenth = -1;
  let width = 0;
  /** Where the work was when it was first told: what came before, as reading a record, says nothing about its speed. */
  let first: { readonly at: number; readonly done: number } | undefined;
  const show = (text: string, final: boolean) => {
    if (tty) {
      stream.write(`\r${text.padEnd(width)}${final ? '\n' : ''}`);
      width = final ? 0 : text.length;
    } else stream.write(`${text}\n`);
  };
  return {
    update(done, total, note = '') {
      const now = performance.now();
      first ??= { at: now, done };
      const reached = Math.floor((10 * done) / Math.max(1, total));
      if (tty ? now - last < INTERVAL_MS && done < total : reached === tenth) return;
      last = now;
      tenth = reached;
      const left = done > first.done ? ((now - first.at) / (done - first.done)) * (total - done) : Number.NaN;
      const eta = Number.isFinite(left) && done < total ? ` · ${duration(left)} left` : '';
      show(`${label} ${done}/${total}${note ? ` · ${note}` : ''}${eta}`, false);
    },
    end(note = 'done') {
      show(`${label}: ${note} in ${duration(performance.now() - start)}`, true);
    },
  };
}

/** 0.4 s, 12 s, 3 min 05 s. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
