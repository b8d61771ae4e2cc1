import { OnnxGraph, type OnnxValue } from '@ecgpu/engine/onnx';
import { MOMENTA, RIDGE } from '../record/head.js';
import { MOST_EXAMPLES, type SelfTraining } from '../record/self-training.js';

/** What a record's calls are learned from. */
export interface SelfTrainingInputs {
  /** f32 [beats, classes], after the output rule. */
  readonly logits: string;
  /** f32 [beats, encoding] of each member, less its median. */
  readonly vectors: readonly string[];
  /** i64 []: beats. */
  readonly count: string;
}

/** Widths that the graph's shapes do not say. */
export interface SelfTrainingWidths {
  readonly classes: number;
  readonly encoding: number;
}

/** Added to the score of a class that is not learned: its probability is then 0. */
const NEVER = -1e30;

/**
 * Logits after self-training, as record/self-training.ts and record/head.ts have them: the classes that are learned are a mask here, and the steps of the
 * descent are the turns of a Scan. In f64 as there, but for the head's scores.
 *
 * @returns f32 [beats, classes]
 */
export function selfTrainedInGraph(
  graph: OnnxGraph,
  { logits, vectors, count }: SelfTrainingInputs,
  training: SelfTraining,
  { classes, encoding }: SelfTrainingWidths,
): string {
  const { classes: learnable, share } = training;
  const double = (...values: number[]) =>
    graph.floats('double', values.length === 1 ? [] : [values.length], Float64Array.from(values));
  const sumOver = (value: string, axis: number) =>
    graph.add('ReduceSum', [value, graph.list('axis', [axis])], { keepdims: 0 });
  const called = graph.add('LogSoftmax', [graph.cast(logits, 'f64')], { axis: 1 });
  const examples = chooseExamples(graph, called, training);
  const isLearned = (yes: string, no: string) => graph.add('Where', [examples.learned, yes, no]);

  // The last number of a joined vector says whether the second lead is there.
  const bounds = [graph.list('from', [0]), graph.list('to', [encoding - 1]), graph.list('axes', [1])];
  const rows = graph.add(
    'Concat',
    vectors.map((own) => graph.add('Slice', [own, ...bounds])),
    { axis: 1 },
  );
  const squares = sumOver(graph.cast(graph.add('ReduceSumSquare', [rows], { axes: [1], keepdims: 0 }), 'f64'), 0);
  const ofLength = graph.add('Sqrt', [graph.add('Div', [graph.cast(count, 'f64'), squares])]);
  const scale = graph.add('Where', [graph.add('Greater', [squares, double(0)]), ofLength, double(1)]);
  const offset = isLearned(double(0), double(NEVER));
  const width = vectors.length * (encoding - 1);
  const { weight, bias } = fittedHead(
    graph,
    { ...examples, rows, scale, offset },
    { width, classes: learnable.length },
  );

  const scores = graph.add('MatMul', [rows, graph.cast(graph.add('Mul', [weight, scale]), 'f32')]);
  const scored = graph.add('Add', [graph.add('Add', [graph.cast(scores, 'f64'), bias]), offset]);
  const own = graph.add('LogSoftmax', [scored], { axis: 1 });
  const before = graph.add('Gather', [called, graph.list('learnable', learnable)], { axis: 1 });
  const among = (value: string) => graph.add('ReduceLogSumExp', [value], { axes: [1], keepdims: 1 });
  const masked = graph.add('Add', [before, offset]);
  const mass = among(masked);
  const networks = graph.add('Mul', [graph.add('Sub', [masked, mass]), double(1 - share)]);
  const mixed = graph.add('Add', [networks, graph.add('Mul', [own, double(share)])]);
  const after = isLearned(graph.add('Add', [mass, graph.add('Sub', [mixed, among(mixed)])]), before);
  const both = graph.add('Concat', [after, called], { axis: 1 });
  const columns = Array.from({ length: classes }, (_, c) =>
    learnable.includes(c) ? learnable.indexOf(c) : learnable.length + c,
  );
  const trained = graph.add('Gather', [both, graph.list('columns', columns)], { axis: 1 });
  const known = sumOver(graph.cast(examples.learned, 'i64'), 0);
  const enough = graph.add('GreaterOrEqual', [known, graph.integer('two', 2)]);
  return graph.add('Where', [enough, graph.cast(trained, 'f32'), logits]);
}

interface ChosenExamples {
  /** bool [learnable]: classes of enough sure calls. */
  readonly learned: string;
  /** f64 [examples, learnable]: 1 for the class that each was called, */
  readonly labels: string;
  /** f64 [examples, 1]: how much it counts, */
  readonly weights: string;
  /** i64 [examples]: and which beat it is. */
  readonly beats: string;
}

/** @param called f64 [beats, classes]: log-probabilities. */
function chooseExamples(
  graph: OnnxGraph,
  called: string,
  { classes, confidence, fewestBeats }: SelfTraining,
): ChosenExamples {
  const integer = (value: number) => graph.integer('integer', value);
  const sumOver = (value: string, axis: number) =>
    graph.add('ReduceSum', [value, graph.list('axis', [axis])], { keepdims: 0 });
  const likeliest = graph.add('ArgMax', [called], { axis: 1, keepdims: 1 });
  const least = graph.floats('least', [], Float64Array.of(Math.log(confidence)));
  const isSure = graph.add('GreaterOrEqual', [graph.add('ReduceMax', [called], { axes: [1], keepdims: 1 }), least]);
  const sure = graph.add('And', [graph.add('Equal', [likeliest, graph.list('learnable', classes)]), isSure]);
  const ones = graph.cast(sure, 'i64');
  const found = sumOver(ones, 0);
  const learned = graph.add('GreaterOrEqual', [found, integer(fewestBeats)]);
  // Of more than are taken, evenly spread: the k-th is ⌊k · found / taken⌋.
  const some = graph.add('Max', [found, integer(1)]);
  const taken = graph.add('Min', [some, integer(MOST_EXAMPLES)]);
  const place = graph.add('Sub', [graph.add('CumSum', [ones, integer(0)]), integer(1)]);
  const ahead = graph.add('Add', [graph.add('Mul', [place, taken]), graph.add('Sub', [some, integer(1)])]);
  const kth = graph.add('Div', [ahead, some]);
  const isTaken = graph.add('Equal', [graph.add('Div', [graph.add('Mul', [kth, some]), taken]), place]);
  const chosen = graph.add('And', [graph.add('And', [sure, learned]), isTaken]);
  // A class counts with the square root of its beats.
  const nothing = graph.floats('nothing', [], Float64Array.of(0));
  const root = graph.add('Where', [learned, graph.add('Sqrt', [graph.cast(found, 'f64')]), nothing]);
  const ofClass = graph.add('Div', [graph.add('Div', [root, sumOver(root, 0)]), graph.cast(taken, 'f64')]);
  const labels = graph.cast(chosen, 'f64');
  const beats = graph.add('Squeeze', [
    graph.add('NonZero', [graph.cast(sumOver(graph.cast(chosen, 'i64'), 1), 'bool')]),
    graph.list('axis', [0]),
  ]);
  const ofExamples = graph.add('Gather', [labels, beats], { axis: 0 });
  const weights = graph.add('ReduceSum', [graph.add('Mul', [ofExamples, ofClass]), graph.list('axis', [1])], {
    keepdims: 1,
  });
  return { learned, labels: ofExamples, weights, beats };
}

interface HeadInputs extends ChosenExamples {
  /** f32 [beats, width] */
  readonly rows: string;
  /** f64 []: what they are multiplied by. */
  readonly scale: string;
  /** f64 [classes]: added to scores. */
  readonly offset: string;
}

/** As fitRecordHead has it: f64 [width, classes] and [1, classes]. */
function fittedHead(
  graph: OnnxGraph,
  { rows, scale, offset, beats, labels, weights }: HeadInputs,
  { width, classes }: { readonly width: number; readonly classes: number },
): { readonly weight: string; readonly bias: string } {
  const double = (value: number) => graph.floats('double', [], Float64Array.of(value));
  const axes = graph.list('axes', [0]);
  const own = graph.add('Mul', [graph.cast(graph.add('Gather', [rows, beats], { axis: 0 }), 'f64'), scale]);
  const ones = graph.add('Expand', [double(1), graph.add('Shape', [weights])]);
  const examples = graph.add('Concat', [own, ones], { axis: 1 });
  const across = graph.add('Transpose', [examples], { perm: [1, 0] });
  const lengths = graph.add('ReduceSumSquare', [examples], { axes: [1], keepdims: 1 });
  const weighted = graph.add('ReduceSum', [graph.add('Mul', [lengths, weights])], { keepdims: 0 });
  const curvature = graph.add('Add', [graph.add('Mul', [weighted, double(0.5)]), double(RIDGE)]);
  const ridge = double(RIDGE);

  const body = new OnnxGraph(graph);
  const taken = (name: string, ...shape: number[]): OnnxValue => ({ name: body.name(name), dtype: 'f64', shape });
  const head = taken('head', width + 1, classes);
  const ahead = taken('ahead', width + 1, classes);
  const momentum = taken('momentum');
  const scores = body.add('Add', [body.add('MatMul', [examples, ahead.name]), offset]);
  const error = body.add('Sub', [body.add('Softmax', [scores], { axis: 1 }), labels]);
  const slope = body.add('MatMul', [across, body.add('Mul', [error, weights])]);
  const gradient = body.add('Add', [slope, body.add('Mul', [ahead.name, ridge])]);
  const next: OnnxValue = { ...head, name: body.add('Sub', [ahead.name, body.add('Div', [gradient, curvature])]) };
  const further = body.add('Mul', [body.add('Sub', [next.name, head.name]), momentum.name]);
  const nextAhead: OnnxValue = { ...ahead, name: body.add('Add', [next.name, further]) };
  const start = graph.add('Expand', [double(0), graph.list('shape', [width + 1, classes])]);
  const momenta = graph.floats('momenta', [MOMENTA.length], Float64Array.from(MOMENTA));
  const scan = {
    body: { graph: body, inputs: [head, ahead, momentum], outputs: [next, nextAhead] },
    num_scan_inputs: 1,
  };
  const fitted = graph.add('Scan', [start, start, momenta], scan, [graph.name('head'), graph.name('ahead')]);
  const part = (from: number, to: number) =>
    graph.add('Slice', [fitted, graph.list('from', [from]), graph.list('to', [to]), axes]);
  return { weight: part(0, width), bias: part(width, width + 1) };
}
