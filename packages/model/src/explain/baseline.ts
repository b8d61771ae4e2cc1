import { EcgError } from '@ecgpu/ecg-dsp';
import { type InputContract, windowLength } from '../preprocess/contract.js';
import { type NetworkInputs, networkInputs, type SecondLeadInputs } from '../preprocess/network-inputs.js';
import type { RecordBeats } from '../preprocess/record-beats.js';
import type { StageName } from '../record/median.js';
import type { Baseline, Question } from './explanation.js';

/** A record's beats as a network is fed them, and what they are compared with. */
export interface ExplainedBeats extends NetworkInputs {
  /** [channels, samples]: one window for all beats. Their rhythm is compared with a regular one, where all features are 0. */
  readonly reference: Float32Array;
  readonly second?: SecondLeadInputs & { readonly reference: Float32Array };
  /** Which of a sequence model's stages called them, as its classifier says. Absent: the plain one. */
  readonly stage?: StageName;
}

/** Prepared beats of a record, with the baseline's window in each lead. */
export function explainedBeats(
  record: RecordBeats,
  contract: InputContract,
  baseline: Baseline = 'typical',
): ExplainedBeats {
  const length = windowLength(contract);
  const referenceOf = ({ template, margin }: RecordBeats) =>
    baselineWindow(
      baseline === 'typical' ? template.subarray(margin, margin + length) : new Float32Array(length),
      contract,
    );
  const { second, ...first } = networkInputs(record, contract);
  return {
    ...{ ...first, reference: referenceOf(record) },
    ...(second && record.second ? { second: { ...second, reference: referenceOf(record.second) } } : {}),
  };
}

/** A beat that is the template itself, as the contract's channels: [channels, samples]. Its channel beat - template is 0. */
export function baselineWindow(template: Float32Array, { channels }: InputContract): Float32Array {
  const window = new Float32Array(channels.length * template.length);
  for (const [index, channel] of channels.entries())
    if (channel === 'beat') window.set(template, index * template.length);
  return window;
}

/** @throws EcgError `NO_SUCH_BEAT`, `NO_SUCH_CLASS` */
export function checkQuestions(questions: readonly Question[], count: number, classes: number): void {
  for (const { beat, class: asked } of questions) {
    if (!Number.isInteger(beat) || beat < 0 || beat >= count) {
      throw new EcgError('NO_SUCH_BEAT', `There is no beat ${beat} among ${count}.`, {
        where: 'explain',
        fix: `Ask for a beat from 0 to ${count - 1}.`,
      });
    }
    if (!Number.isInteger(asked) || asked < 0 || asked >= classes) {
      throw new EcgError('NO_SUCH_CLASS', `There is no class ${asked} among ${classes}.`, {
        where: 'explain',
        fix: `Ask for a class from 0 to ${classes - 1}.`,
      });
    }
  }
}
