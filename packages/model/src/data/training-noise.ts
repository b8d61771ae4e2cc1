import { EcgError, type EcgRecord, type RecordSource, readRecord, resampleTo } from '@ecgpu/ecg-dsp';
import { addNoiseStretches, type NoiseStretch, noiseAmplitude, noiseGain, qrsAmplitude } from '@ecgpu/ecg-dsp/noise';
import type { RandomGenerator } from '@ecgpu/engine';

/** How recorded noise is put on records that are learned from. */
export interface NoiseTraining {
  /** Records of noise. A stretch is of one of them, each equally likely. */
  readonly records: readonly string[];
  /** The share of each, from its start, that is learned from. What comes after is left for tests. */
  readonly learnedShare: number;
  /** Share of a record's time that is noisy, on average. */
  readonly share: number;
  /** Length of a stretch, seconds: uniform between them. */
  readonly shortest: number;
  readonly longest: number;
  /** Signal-to-noise ratio of a stretch as the noise stress test defines it, dB: uniform between them. */
  readonly strongest: number;
  readonly weakest: number;
  /** Noisy copies of each record, each with stretches of its own. */
  readonly copies: number;
}

/** Of the records of MIT-BIH's Noise Stress Test Database: electrode motion, muscle noise, baseline wander. */
export const NOISE_TRAINING: NoiseTraining = {
  records: ['em', 'ma', 'bw'],
  learnedShare: 0.5,
  share: 0.2,
  shortest: 5,
  longest: 60,
  strongest: 0,
  weakest: 18,
  copies: 2,
};

/** The part of noise recordings that is learned from. */
export class TrainingNoise {
  readonly options: NoiseTraining;
  readonly #recordings: readonly NoiseRecording[];
  /** By sampling rate, for each recording its leads with their strengths. */
  readonly #at = new Map<number, readonly (readonly MeasuredNoise[])[]>();

  private constructor(options: NoiseTraining, recordings: readonly NoiseRecording[]) {
    this.options = options;
    this.#recordings = recordings;
  }

  /**
   * Reads the noise records of a folder.
   *
   * @throws EcgError of readRecord; `NOISE_UNMEASURABLE` where a record has no lead, or no second that can be measured.
   */
  static async load(source: RecordSource, options: NoiseTraining = NOISE_TRAINING): Promise<TrainingNoise> {
    const recordings = [];
    for (const name of options.records) {
      const { fs, leads, length } = await readRecord(source, name);
      if (leads.length === 0)
        throw new EcgError('NOISE_UNMEASURABLE', `${name} has no signals.`, {
          where: name,
          fix: 'Give records of noise: em, ma and bw of the Noise Stress Test Database.',
        });
      const learned = Math.floor(options.learnedShare * length);
      recordings.push({ fs, leads: leads.map(({ samples }) => samples.slice(0, learned)) });
    }
    const noise = new TrainingNoise(options, recordings);
    for (const { fs } of recordings) noise.#measuredAt(fs);
    return noise;
  }

  /**
   * A copy of a record with stretches of noise in all leads, the same moments of one noise recording in each, scaled as nst(1) does.
   *
   * @param beats sample indices of the QRS complexes by which the leads are measured; without any there is no noise either.
   * @throws EcgError `NOISE_UNMEASURABLE` where a lead has no QRS complex to measure, or where the noise has gaps.
   */
  copyOf(record: EcgRecord, beats: ArrayLike<number>, random: RandomGenerator): EcgRecord {
    if (beats.length === 0) return record;
    const recordings = this.#measuredAt(record.fs);
    const drawn = this.#draw(record, recordings, random);
    const leads = record.leads.map((lead, index) => {
      const qrs = qrsAmplitude(lead.samples, record.fs, beats);
      const stretches = drawn.map(({ from, to, recording, at, snr }): NoiseStretch => {
        const { samples: noise, strength } = recording[index % recording.length]!;
        return { from, to, noise, at, gain: noiseGain(qrs, strength, snr) };
      });
      return { ...lead, samples: addNoiseStretches(lead.samples, stretches) };
    });
    return { ...record, leads };
  }

  #draw({ fs, length }: EcgRecord, recordings: readonly (readonly MeasuredNoise[])[], random: RandomGenerator) {
    const { share, shortest, longest, strongest, weakest } = this.options;
    const pause = () => random.uniform(0, ((shortest + longest) * (1 - share)) / share);
    const drawn = [];
    for (let start = pause(); Math.round(start * fs) < length; start += pause()) {
      const from = Math.round(start * fs);
      start += random.uniform(shortest, longest);
      const to = Math.min(length, Math.round(start * fs));
      const recording = recordings[random.integer(recordings.length)]!;
      // Not from the very start, and not beyond the end: where a noise is repeated it jumps.
      const at = 1 + random.integer(Math.max(1, recording[0]!.samples.length - (to - from) - 1));
      drawn.push({ from, to, recording, at, snr: random.uniform(strongest, weakest) });
    }
    return drawn;
  }

  #measuredAt(fs: number): readonly (readonly MeasuredNoise[])[] {
    const known = this.#at.get(fs);
    if (known) return known;
    const measured = this.#recordings.map((recording) =>
      recording.leads.map((lead): MeasuredNoise => {
        const samples = recording.fs === fs ? lead : resampleTo(lead, recording.fs, fs);
        return { samples, strength: noiseAmplitude(samples, fs) };
      }),
    );
    this.#at.set(fs, measured);
    return measured;
  }
}

interface NoiseRecording {
  readonly fs: number;
  readonly leads: readonly Float64Array[];
}

interface MeasuredNoise {
  readonly samples: Float64Array;
  /** RMS, as `noiseAmplitude` measures it. */
  readonly strength: number;
}
