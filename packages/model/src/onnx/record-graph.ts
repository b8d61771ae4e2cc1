import type { Device, Parameters, Program } from '@ecgpu/engine';
import { type OnnxBody, OnnxGraph, type OnnxValue } from '@ecgpu/engine/onnx';
import { temperatureOf } from '../confidence/calibration.js';
import type { SequenceModel } from '../model-file/sequence-model.js';
import { leadCount } from '../preprocess/contract.js';
import type { RelativeStage, StageName } from '../record/median.js';
import { addInParts, type PartsOptions } from './add-in-parts.js';
import { lessMedianInGraph } from './median-in-graph.js';
import { averageWindows, type RecordWindows, recordWindows } from './record-windows.js';
import { selfTrainedInGraph } from './self-training-in-graph.js';
import { compileEncoders, compileStage, encodedName } from './sequence-programs.js';

/** Beats of a lead that are encoded at once, */
const BEATS = 64;
/** and windows that are classified at once. */
const WINDOWS = 8;

/** What a stage says of each beat: f32 [beats, classes] after the output rule, f32 [beats, 1]. */
interface StageCalls {
  readonly logits: string;
  readonly fibrillation: string;
}

/** Both leads' vectors of one member, f32 [beats, length]; of one lead the first's alone. */
interface LeadVectors {
  readonly first: string;
  readonly second?: string;
}

/**
 * All that a sequence model does with the beats of a record, as SequenceEnsemble and its parts do it: encoders, windows, both
 * stages, the members' average, the output rule, which stage calls, and its temperature. For any
 * number of beats, at least one.
 */
export async function buildRecordGraph(
  device: Device,
  model: SequenceModel,
  parameters: Parameters,
): Promise<OnnxBody> {
  const builder = new RecordGraphBuilder(device, model, parameters);
  return builder.build();
}

class RecordGraphBuilder {
  readonly #device: Device;
  readonly #model: SequenceModel;
  readonly #parameters: Parameters;
  readonly #graph = new OnnxGraph();

  constructor(device: Device, model: SequenceModel, parameters: Parameters) {
    this.#device = device;
    this.#model = model;
    this.#parameters = parameters;
  }

  async build(): Promise<OnnxBody> {
    const graph = this.#graph;
    const { encoder, shape, relative, selfTraining, contract } = this.#model;
    const row = (name: string, ...rest: number[]): OnnxValue => ({ name, dtype: 'f32', shape: ['beats', ...rest] });
    const inputs = [row('window', encoder.channels, encoder.samples), row('rhythm', shape.features)];
    if (leadCount(contract) === 2) inputs.push(row('second', encoder.channels, encoder.samples), row('present', 1));
    const outputs: OnnxValue[] = [
      { name: 'class', dtype: 'i64', shape: ['beats'] },
      row('probabilities', shape.classes),
      row('logits', shape.classes),
      row('fibrillation', 1),
      ...(relative ? [{ name: 'relative', dtype: 'bool', shape: [] } as const] : []),
    ];
    for (const { name } of [...inputs, ...outputs]) graph.name(name);

    const count = graph.add('Squeeze', [graph.add('Shape', ['rhythm'], { start: 0, end: 1 })]);
    const windows = recordWindows(graph, count, shape.beats);
    const each = await this.#encoded(count);
    const plain = await this.#stage(
      'plain',
      each.map((of) => this.#joined(of)),
      windows,
    );
    if (!relative) this.#finish(plain);
    else {
      const there = graph.cast('present', 'bool');
      const present = graph.add('ReduceSum', [graph.cast(there, 'i64')], { keepdims: 0 });
      const moved = each.map((of) => this.#joined(this.#lessMedian(of, there, { count, present })));
      const other = await this.#stage('relative', moved, windows);
      const logits = selfTraining
        ? selfTrainedInGraph(graph, { logits: other.logits, vectors: moved, count }, selfTraining, shape)
        : other.logits;
      this.#choose(relative, { count, present }, plain, { ...other, logits });
    }
    return { graph, inputs, outputs };
  }

  /** All leads go through the encoders together, so that their weights are in the file once. */
  async #encoded(count: string): Promise<LeadVectors[]> {
    const graph = this.#graph;
    const { members, contract } = this.#model;
    const leads = leadCount(contract);
    const window = leads === 1 ? 'window' : graph.add('Concat', ['window', 'second'], { axis: 0 });
    const rows = graph.add('Mul', [count, graph.integer('leads', leads)]);
    const compiled = compileEncoders(this.#device, this.#model, this.#parameters);
    const outputs = await this.#add(compiled, { inputs: { window }, rows, part: BEATS });
    const encoded = Array.from({ length: members }, (_, member) => outputs[encodedName(member)]!);
    if (leads === 1) return encoded.map((first) => ({ first }));
    const axis = graph.list('axis', [0]);
    const none = graph.list('none', [0]);
    const half = graph.add('Unsqueeze', [count, axis]);
    const all = graph.add('Unsqueeze', [rows, axis]);
    return encoded.map((both) => ({
      first: graph.add('Slice', [both, none, half, axis]),
      second: graph.add('Slice', [both, half, all, axis]),
    }));
  }

  /** As joinLeads of lead-vectors.ts has it. */
  #joined({ first, second }: LeadVectors): string {
    if (second === undefined) return first;
    const heard = this.#graph.add('Mul', [second, 'present']);
    return this.#graph.add('Concat', [first, heard, 'present'], { axis: 1 });
  }

  #lessMedian(
    { first, second }: LeadVectors,
    there: string,
    { count, present }: { readonly count: string; readonly present: string },
  ): LeadVectors {
    const graph = this.#graph;
    return {
      first: lessMedianInGraph(graph, { rows: first, present: count }),
      ...(second === undefined ? {} : { second: lessMedianInGraph(graph, { rows: second, present, there }) }),
    };
  }

  /** @param vectors f32 [beats, encoding] of each member. */
  async #stage(stage: StageName, vectors: readonly string[], windows: RecordWindows): Promise<StageCalls> {
    const graph = this.#graph;
    const { shape, rule } = this.#model;
    const laid = (rows: string) => graph.add('Gather', [rows, windows.places], { axis: 0 });
    const encoded = vectors.map((rows, member) => [encodedName(member), laid(rows)] as const);
    const said = await this.#add(compileStage(this.#device, this.#model, this.#parameters, stage), {
      inputs: { rhythm: laid('rhythm'), ...Object.fromEntries(encoded) },
      rows: windows.windows,
      part: WINDOWS,
    });
    const { classes, beats } = shape;
    const both = graph.add('Concat', [said['logits']!, said['fibrillation']!], { axis: 2 });
    const averaged = averageWindows(graph, both, windows, { beats, width: classes + 1 });
    const columns = (from: number, to: number) =>
      graph.add('Slice', [averaged, graph.list('from', [from]), graph.list('to', [to]), graph.list('axes', [1])]);
    const fibrillation = columns(classes, classes + 1);
    const moved = Float32Array.from({ length: classes }, (_, index) => (index === rule.class ? 1 : 0));
    const less = graph.add('Mul', [graph.add('Softplus', [fibrillation]), this.#float(rule.fibrillation)]);
    const offset = graph.add('Mul', [
      graph.add('Sub', [this.#float(rule.bias), less]),
      graph.floats('moved', [1, classes], moved),
    ]);
    return { logits: graph.add('Add', [columns(0, classes), offset]), fibrillation };
  }

  /** As isForRelativeStage and isLeftToPlain of record/median.ts have it. */
  #choose(
    { fewestBeats, mostOfClass }: RelativeStage,
    { count, present }: { readonly count: string; readonly present: string },
    plain: StageCalls,
    relative: StageCalls,
  ): void {
    const graph = this.#graph;
    const both = (one: string, other: string) => graph.add('And', [one, other]);
    const long = graph.add('GreaterOrEqual', [count, graph.integer('fewest_beats', fewestBeats)]);
    const twice = graph.add('Mul', [present, graph.integer('two', 2)]);
    const isForIt = both(long, graph.add('GreaterOrEqual', [twice, count]));
    const called = graph.add('Equal', [this.#called(plain.logits), graph.integer('class', mostOfClass.class)]);
    const sum = graph.add('ReduceSum', [graph.cast(called, 'i64')], { keepdims: 0 });
    // In f64, as it is compared outside.
    const most = graph.add('Mul', [
      graph.cast(count, 'f64'),
      graph.floats('share', [], Float64Array.of(mostOfClass.share)),
    ]);
    const isUsual = graph.add('Not', [graph.add('Greater', [graph.cast(sum, 'f64'), most])]);
    graph.add('And', [isForIt, isUsual], {}, 'relative');
    const of = (name: keyof StageCalls) => graph.add('Where', ['relative', relative[name], plain[name]]);
    this.#finish({ logits: of('logits'), fibrillation: of('fibrillation') });
  }

  #finish({ logits, fibrillation }: StageCalls): void {
    const graph = this.#graph;
    graph.add('Identity', [logits], {}, 'logits');
    graph.add('Identity', [fibrillation], {}, 'fibrillation');
    graph.add('ArgMax', [logits], { axis: 1, keepdims: 0 }, 'class');
    graph.add('Softmax', [graph.add('Div', [logits, this.#temperature()])], { axis: 1 }, 'probabilities');
  }

  #temperature(): string {
    const { calibration, relative } = this.#model;
    const of = (stage: StageName) => this.#float(calibration ? temperatureOf(calibration, stage) : 1);
    return relative ? this.#graph.add('Where', ['relative', of('relative'), of('plain')]) : of('plain');
  }

  async #add(compiled: Promise<Program>, options: Omit<PartsOptions, 'parameters'>) {
    const program = await compiled;
    try {
      return await addInParts(this.#graph, program, { ...options, parameters: this.#parameters });
    } finally {
      program.release();
    }
  }

  #called(logits: string): string {
    return this.#graph.add('ArgMax', [logits], { axis: 1, keepdims: 0 });
  }

  #float(value: number): string {
    return this.#graph.floats('number', [], Float32Array.of(value));
  }
}
