import type { OnnxGraph } from '@ecgpu/engine/onnx';

/** The windows over a record of any length, in a graph. */
export interface RecordWindows {
  /** i64 []: beats of the record. */
  readonly count: string;
  /** i64 []: how many windows there are, */
  readonly windows: string;
  /** i64 [windows, 1]: and the first beat of each. */
  readonly starts: string;
  /** i64 [windows, beats]: the beats of each. A record shorter than a window is prolonged by its last beat. */
  readonly places: string;
}

/** As windowStarts and copyWindow of window-average.ts have it. */
export function recordWindows(graph: OnnxGraph, count: string, beats: number): RecordWindows {
  const integer = (value: number) => graph.integer('integer', value);
  const hop = integer(beats / 2);
  const none = integer(0);
  const one = integer(1);
  const beyond = graph.add('Max', [graph.add('Sub', [count, integer(beats)]), none]);
  // Every half window that ends before the record does, and the one that ends with it: ⌈beyond / hop⌉ + 1.
  const before = graph.add('Div', [graph.add('Add', [beyond, integer(beats / 2 - 1)]), hop]);
  const windows = graph.add('Add', [before, one]);
  const each = graph.add('Mul', [graph.add('Range', [none, windows, one]), hop]);
  const starts = graph.add('Unsqueeze', [graph.add('Min', [each, beyond]), graph.list('axis', [1])]);
  const within = graph.list(
    'beat_of_window',
    Array.from({ length: beats }, (_, beat) => beat),
  );
  const places = graph.add('Min', [graph.add('Add', [starts, within]), graph.add('Sub', [count, one])]);
  return { count, windows, starts, places };
}

/**
 * What the windows that hold a beat say of it, averaged as WindowAverage does: a beat is in at most two windows that start at
 * half windows, and in the last.
 *
 * @param values f32 [windows, beats, width]
 * @returns f32 [count, width]
 */
export function averageWindows(
  graph: OnnxGraph,
  values: string,
  { count, windows, starts }: RecordWindows,
  { beats, width }: { readonly beats: number; readonly width: number },
): string {
  const integer = (value: number) => graph.integer('integer', value);
  const [none, one] = [integer(0), integer(1)];
  const beat = graph.add('Range', [none, count, one]);
  const last = graph.add('Sub', [windows, one]);
  const second = graph.add('Div', [beat, integer(beats / 2)]);
  const first = graph.add('Sub', [second, one]);
  const row = (value: string) => graph.add('Unsqueeze', [value, graph.list('axis', [0])]);
  const holding = (window: string) => {
    // The last window is counted by itself, and before the first is none.
    const valid = graph.add('And', [graph.add('GreaterOrEqual', [window, none]), graph.add('Less', [window, last])]);
    return row(graph.add('Where', [valid, window, graph.add('Neg', [one])]));
  };
  const ofLast = graph.add('Expand', [last, graph.add('Shape', [beat])]);
  const candidates = graph.add('Concat', [holding(first), holding(second), row(ofLast)], { axis: 0 });
  const window = graph.add('Max', [candidates, none]);
  const start = graph.add('Gather', [graph.add('Squeeze', [starts, graph.list('axis', [1])]), window]);
  const place = graph.add('Sub', [beat, start]);
  const rising = graph.add('Add', [place, one]);
  const falling = graph.add('Sub', [integer(beats), place]);
  const inside = graph.add('Max', [graph.add('Min', [rising, falling]), none]);
  const there = graph.add('GreaterOrEqual', [candidates, none]);
  const share = graph.cast(graph.add('Where', [there, inside, none]), 'f32');
  const weight = graph.add('Unsqueeze', [share, graph.list('axis', [2])]);
  const flat = graph.add('Reshape', [values, graph.list('shape', [-1, width])]);
  const at = graph.add('Add', [graph.add('Mul', [window, integer(beats)]), graph.add('Max', [place, none])]);
  const found = graph.add('Gather', [flat, at], { axis: 0 });
  const sum = (value: string) => graph.add('ReduceSum', [value, graph.list('axis', [0])], { keepdims: 0 });
  return graph.add('Div', [sum(graph.add('Mul', [found, weight])), sum(weight)]);
}
