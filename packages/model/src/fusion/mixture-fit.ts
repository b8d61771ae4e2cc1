/** Seconds: what of a beat is compared, and how far a prototype may be shifted to fit it. Normal beats lie at their R peak, ventricular ones elsewhere. */
const FIT = { before: 0.1, after: 0.3, normalShift: 1 / 60, ventricularShift: 1 / 24 };
/** How much smaller or larger a normal beat may be in each lead, by breath and posture, and still be one. */
const SIZES = { least: 0.5, most: 2 };

/** Samples before and after the R peak that the comparison reaches to, shifts included. */
export function fitSpan(fs: number): { readonly before: number; readonly after: number } {
  const shift = Math.round(FIT.ventricularShift * fs);
  return { before: Math.round(FIT.before * fs) + shift, after: Math.round(FIT.after * fs) + shift };
}

/** A waveform at each shift: [shifts][leads], each with a mean of 0, and the energy of each. */
interface Shifted {
  readonly cuts: readonly (readonly Float64Array[])[];
  readonly energies: readonly (readonly number[])[];
}

/** A beat's windows, one a lead, with the R peak at sample `r`. */
export interface LeadWindows {
  readonly windows: readonly ArrayLike<number>[];
  readonly r: number;
  readonly fs: number;
}

/** A record's normal and ventricular shape side by side. */
export interface ShapePair {
  readonly normal: Shifted;
  readonly ventricular: Shifted;
  /** [normal shifts][ventricular shifts][leads]: their inner products. */
  readonly products: readonly (readonly (readonly number[])[])[];
}

/** What the best of each kind leaves of a beat: shares of its energy, 0 for a perfect fit. */
export interface MixtureFit {
  /** The normal shape as it is. */
  readonly normal: number;
  /** The normal shape, smaller or larger in each lead. */
  readonly scaledNormal: number;
  /** The ventricular shape as it is. */
  readonly ventricular: number;
  /** w · normal + (1 - w) · ventricular with one w for all leads, 0 to 1. */
  readonly mixture: number;
  /** w of that mixture. */
  readonly share: number;
}

export function pairShapes(normal: LeadWindows, ventricular: LeadWindows): ShapePair {
  const [n, v] = [shiftedBy(normal, FIT.normalShift), shiftedBy(ventricular, FIT.ventricularShift)];
  const products = n.cuts.map((a) => v.cuts.map((b) => a.map((cut, lead) => dot(cut, b[lead]!))));
  return { normal: n, ventricular: v, products };
}

/**
 * Least squares of a beat against both shapes at all their shifts, and against their mixtures.
 *
 * @param beat in as many leads as are looked at: the first, or both.
 */
export function fitMixture(beat: LeadWindows, { normal, ventricular, products }: ShapePair): MixtureFit {
  const own = shiftedBy(beat, 0);
  const [cuts, energies] = [own.cuts[0]!, own.energies[0]!];
  const leads = cuts.length;
  const energy = total(energies, leads);
  // A flat line is as far from every shape.
  if (energy === 0) return { normal: 1, scaledNormal: 1, ventricular: 1, mixture: 1, share: 0 };
  const alongside = ({ cuts: others }: Shifted) => others.map((cut) => cuts.map((own, lead) => dot(own, cut[lead]!)));
  const [withNormal, withVentricular] = [alongside(normal), alongside(ventricular)];
  const residuals = (along: readonly (readonly number[])[], { energies: of }: Shifted) =>
    along.map((x, shift) => energy + total(of[shift]!, leads) - 2 * total(x, leads));
  const scaled = withNormal.map((x, shift) => {
    let left = energy;
    for (const [lead, along] of x.entries()) {
      const full = normal.energies[shift]![lead]!;
      const size = full === 0 ? 1 : Math.min(SIZES.most, Math.max(SIZES.least, along / full));
      left += size * (size * full - 2 * along);
    }
    return left;
  });
  const [fromNormal, fromVentricular] = [residuals(withNormal, normal), residuals(withVentricular, ventricular)];
  let [mixture, share] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < withNormal.length; i++) {
    const ofNormal = total(normal.energies[i]!, leads);
    const alongNormal = total(withNormal[i]!, leads);
    for (let j = 0; j < withVentricular.length; j++) {
      const ofVentricular = total(ventricular.energies[j]!, leads);
      const between = total(products[i]![j]!, leads);
      const gap = ofNormal + ofVentricular - 2 * between;
      const along = alongNormal - total(withVentricular[j]!, leads) - between + ofVentricular;
      const w = gap > 0 ? Math.min(1, Math.max(0, along / gap)) : 0;
      const left = fromVentricular[j]! - w * (2 * along - w * gap);
      if (left < mixture) [mixture, share] = [left, w];
    }
  }
  return {
    normal: Math.min(...fromNormal) / energy,
    scaledNormal: Math.min(...scaled) / energy,
    ventricular: Math.min(...fromVentricular) / energy,
    mixture: mixture / energy,
    share,
  };
}

function shiftedBy({ windows, r, fs }: LeadWindows, seconds: number): Shifted {
  const most = Math.round(seconds * fs);
  const [before, after] = [Math.round(FIT.before * fs), Math.round(FIT.after * fs)];
  const cuts = Array.from({ length: 2 * most + 1 }, (_, k) =>
    windows.map((window) => {
      const from = r - before + k - most;
      const cut = Float64Array.from({ length: before + after }, (_, i) => window[from + i]!);
      const mean = cut.reduce((total, x) => total + x, 0) / cut.length;
      return cut.map((x) => x - mean);
    }),
  );
  return { cuts, energies: cuts.map((each) => each.map((cut) => dot(cut, cut))) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Of the first `leads` values. */
function total(values: readonly number[], leads: number): number {
  return leads === 1 ? values[0]! : values[0]! + values[1]!;
}
