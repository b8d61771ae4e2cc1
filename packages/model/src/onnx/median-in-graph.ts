import type { OnnxGraph } from '@ecgpu/engine/onnx';

/** Rows of which some may be absent. */
export interface GraphRows {
  /** f32 [beats, width] */
  readonly rows: string;
  /** i64 []: how many of them there are, */
  readonly present: string;
  /** bool [beats, 1]: and which. Left out where all are. */
  readonly there?: string;
}

/**
 * Rows less their median, coordinate by coordinate, as recordMedian and lessMedian of record/median.ts have it: the median is
 * of the rows that are there, and the others become 0.
 *
 * @returns f32 [beats, width]
 */
export function lessMedianInGraph(graph: OnnxGraph, { rows, present, there }: GraphRows): string {
  const number = (value: number) => graph.floats('number', [], Float32Array.of(value));
  const integer = (value: number) => graph.integer('integer', value);
  // Behind all others; where none is there, the median is of nothing, and nothing looks at it.
  const known = there === undefined ? rows : graph.add('Where', [there, rows, number(Number.POSITIVE_INFINITY)]);
  const upper = graph.add('Div', [present, integer(2)]);
  const upTo = graph.add('Unsqueeze', [graph.add('Add', [upper, integer(1)]), graph.list('axis', [0])]);
  const sorted = graph.name('sorted');
  graph.add('TopK', [known, upTo], { axis: 0, largest: 0, sorted: 1 }, [sorted, graph.name('order')]);
  // The two middle ones of an even count; of an odd count one and the same.
  const before = graph.add('Max', [graph.add('Sub', [present, integer(1)]), integer(0)]);
  const lower = graph.add('Div', [before, integer(2)]);
  const at = (place: string) => graph.add('Gather', [sorted, place], { axis: 0 });
  const median = graph.add('Mul', [graph.add('Add', [at(lower), at(upper)]), number(0.5)]);
  const moved = graph.add('Sub', [rows, median]);
  return there === undefined ? moved : graph.add('Where', [there, moved, number(0)]);
}
