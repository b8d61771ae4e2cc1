import {
  add,
  concat,
  type Device,
  f32,
  fill,
  gradientsOf,
  i32,
  multiply,
  type Parameters,
  type Program,
  reshape,
  scale,
  slice,
  softmaxCrossEntropy,
  softplus,
  subtract,
  sum,
  type Tensor,
} from '@ecgpu/engine';
import type { SequenceParts } from '../inference/sequence-parts.js';
import { beatEncoder, encodingLength } from '../network/beat-encoder.js';
import { sequenceNetwork } from '../network/sequence-network.js';
import type { StageName } from '../record/median.js';

/** A member's parameters on a device. */
export interface MemberParameters {
  readonly encoder: Parameters;
  readonly sequence: Parameters;
  /** Of the relative stage, where there is one. */
  readonly relative?: Parameters;
}

/** What a program computes at once. */
export interface ExplainedWindows {
  /** Windows that hold the beat asked for. */
  readonly windows: number;
  /** Leads whose beats are looked at; a model of two is told that the second is absent where it is 1. */
  readonly leads: 1 | 2;
  /** Which stage called the record. */
  readonly stage: StageName;
}

/** See {@link compileSequenceExplanation}. */
type PathPointInputs = Readonly<Record<'window' | 'rhythm' | 'present' | 'label' | 'weight' | 'ruled', Tensor>> & {
  readonly median?: Tensor;
};

/**
 * One point of a path: `logit` of a beat, averaged over the windows that hold it and over the members and moved by the output
 * rule's share of fibrillation, its gradients `byWindow` and `byRhythm`, and the members' mean `attention`.
 *
 * Inputs, with rows = windows · beats: `window` [leads · rows, channels, samples], the second lead's after the first's;
 * `rhythm` [windows, beats, features]; `present` [rows], 1 where the second lead can be used; `label` [rows]; `weight` [rows],
 * of the beat in each window and 0 for all others; `ruled` [1], 1 where the rule moves the class; for the relative stage `median`
 * [members, encoding], what is usual in the record for each member's encoder: a constant, along the path too.
 */
export async function compileSequenceExplanation(
  device: Device,
  { encoder, sequence: { shape }, rule }: SequenceParts,
  members: readonly MemberParameters[],
  { windows, leads, stage }: ExplainedWindows,
): Promise<Program> {
  const { beats, features, classes } = shape;
  const rows = windows * beats;
  const length = encodingLength(encoder.shape);
  // An absent second lead is told by zeros.
  const absent = shape.encoding - leads * length - (leads - 1);
  const joinLeads = (context: Tensor, present: Tensor, median: Tensor | undefined): Tensor => {
    const ofLead = (lead: number) => {
      const own = slice(context, 0, lead * rows, (lead + 1) * rows);
      return median ? subtract(own, slice(median, 1, lead * length, (lead + 1) * length)) : own;
    };
    if (leads === 1) {
      const first = reshape(ofLead(0), [windows, beats, length]);
      return absent === 0 ? first : concat([first, fill([windows, beats, absent], 0)], 2);
    }
    const there = reshape(present, [rows, 1]);
    const [first, second] = [ofLead(0), ofLead(1)];
    return reshape(concat([first, multiply(second, there), there], 1), [windows, beats, shape.encoding]);
  };
  const inputs = {
    window: f32(leads * rows, encoder.shape.channels, encoder.shape.samples),
    rhythm: f32(windows, beats, features),
    present: f32(rows),
    label: i32(rows),
    weight: f32(rows),
    ruled: f32(1),
  };
  const graph = ({ window, rhythm, present, label, weight, ruled, median }: PathPointInputs) => {
    const called = members.map((member, index) => {
      const { context, attention } = beatEncoder(member.encoder, window, encoder.shape, 'inference');
      const encoded = joinLeads(context, present, median && slice(median, 0, index, index + 1));
      const found = sequenceNetwork(
        (median && member.relative) ?? member.sequence,
        { encoded, rhythm },
        shape,
        'inference',
      );
      return {
        attention,
        // The weighted mean of cross-entropies is minus the averaged log-probability.
        loss: softmaxCrossEntropy(reshape(found.logits, [rows, classes]), label, weight),
        odds: sum(multiply(reshape(found.fibrillation, [rows]), weight)),
      };
    });
    const mean = (of: (one: (typeof called)[number]) => Tensor) =>
      scale(
        called.map(of).reduce((one, other) => add(one, other)),
        1 / members.length,
      );
    const loss = mean((one) => one.loss);
    const moved = scale(softplus(mean((one) => one.odds)), -rule.fibrillation);
    const logit = sum(add(scale(loss, -1), multiply(reshape(moved, [1]), ruled)));
    const attention = mean((one) => one.attention);
    const [byWindow, byRhythm] = gradientsOf(logit, [window, rhythm]);
    return { logit, attention, byWindow: byWindow!, byRhythm: byRhythm! };
  };
  const options = { label: 'sequence explanation' };
  const program = await (stage === 'relative'
    ? device.compile({ ...inputs, median: f32(members.length, shape.encoding) }, graph, options)
    : device.compile(inputs, graph, options));
  return program as unknown as Program;
}
