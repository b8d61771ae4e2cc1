import { element, picture, polyline, text } from './svg.js';

/** The beat in one lead. */
export interface DrawnLead {
  /** What the lead is called; absent where it goes without saying. */
  readonly name?: string;
  /** [samples]: the beat, and the beat that it is compared with. */
  readonly beat: ArrayLike<number>;
  readonly typical: ArrayLike<number>;
  /** [samples]: what each sample adds to the class's logit. */
  readonly waveform: ArrayLike<number>;
  /** [steps]: what each stretch weighs. */
  readonly attention: ArrayLike<number>;
}

export interface DrawnBeat {
  readonly title: string;
  /** A line below the title. */
  readonly subtitle: string;
  /** At least one. */
  readonly leads: readonly DrawnLead[];
  /** Rhythm features by name with what they add. */
  readonly rhythm: readonly (readonly [name: string, value: number])[];
  /** Samples per second, and those before the R peak. */
  readonly fs: number;
  readonly before: number;
}

const PLOT = { left: 20, top: 52, width: 520, height: 190 } as const;
const STRIP = { top: PLOT.height + 26, height: 16 } as const;
/** From one lead's plot to the next one's. */
const PANEL = STRIP.top + STRIP.height + 18;
const BARS = { left: 730, top: 70, width: 110, line: 16 } as const;
const FOR = '#c0392b';
const AGAINST = '#2c6fbb';

/**
 * For each lead the beat over the typical one, the samples in the colour of what they add (red for the class, blue against it;
 * one scale for all leads) and the attention as a strip below; the rhythm features as bars beside them.
 */
export function drawExplainedBeat({ title, subtitle, leads, rhythm, fs, before }: DrawnBeat): string {
  const most = Math.max(...leads.flatMap(({ waveform }) => Array.from(waveform, Math.abs))) || 1;
  const below = PLOT.top + PANEL * leads.length;
  const height = Math.max(below + 16, BARS.top + BARS.line * rhythm.length + 20);
  return picture(BARS.left + BARS.width + 30, height, title, [
    text(PLOT.left, 20, title, { 'font-size': 14 }),
    text(PLOT.left, 38, subtitle),
    ...leads.flatMap((lead, k) => panel(lead, PLOT.top + PANEL * k, most, { fs, before })),
    text(PLOT.left, below, 'red: speaks for the class, blue: against it; dashed: the typical beat'),
    ...bars(rhythm, most),
  ]);
}

/** One lead's plot and strip, from `top` down; a sample that adds `most` has the full colour. */
function panel(
  { name, beat, typical, waveform, attention }: DrawnLead,
  top: number,
  most: number,
  { fs, before }: Pick<DrawnBeat, 'fs' | 'before'>,
): string[] {
  const samples = beat.length;
  const values = [...Array.from(beat), ...Array.from(typical)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (i: number) => PLOT.left + (PLOT.width * i) / (samples - 1);
  const y = (v: number) => top + PLOT.height * (1 - (v - low) / (high - low || 1));
  const column = PLOT.width / samples;
  const shade = Array.from(waveform).flatMap((value, i) => {
    const opacity = Math.abs(value) / most;
    if (opacity < 0.02) return [];
    const place = { x: x(i) - column / 2, y: top, width: column, height: PLOT.height };
    return [element('rect', { ...place, fill: value > 0 ? FOR : AGAINST, 'fill-opacity': 0.75 * opacity })];
  });
  const line = (row: ArrayLike<number>, attributes: Readonly<Record<string, string | number>>) =>
    polyline(
      Array.from(row, (v, i) => [x(i), y(v)] as const),
      attributes,
    );
  const heaviest = Math.max(...Array.from(attention));
  const strip = Array.from(attention, (weight, k) =>
    element('rect', {
      x: PLOT.left + (PLOT.width * k) / attention.length,
      y: top + STRIP.top,
      width: PLOT.width / attention.length,
      height: STRIP.height,
      fill: '#6c3483',
      'fill-opacity': weight / heaviest,
    }),
  );
  const last = (samples - 1 - before) / fs;
  const where = `attention (${(-before / fs).toFixed(2)} s to ${last.toFixed(2)} s around the R peak)`;
  return [
    ...shade,
    line(typical, { stroke: '#999', 'stroke-width': 1, 'stroke-dasharray': '4 3' }),
    line(beat, { stroke: '#111', 'stroke-width': 1.6 }),
    ...strip,
    text(PLOT.left, top + STRIP.top - 6, name === undefined ? where : `${name}: ${where}`),
  ];
}

function bars(rhythm: DrawnBeat['rhythm'], least: number): string[] {
  const most = Math.max(least, ...rhythm.map(([, value]) => Math.abs(value)));
  const middle = BARS.left + BARS.width / 2;
  return [
    text(BARS.left - 160, BARS.top - 18, 'rhythm features, in logits'),
    ...rhythm.flatMap(([name, value], k) => {
      const y = BARS.top + BARS.line * k;
      const width = ((BARS.width / 2) * Math.abs(value)) / most;
      const place = { x: value > 0 ? middle : middle - width, y, width, height: BARS.line - 5 };
      return [
        text(BARS.left - 10, y + 9, `${name}  ${value.toFixed(2)}`, { 'text-anchor': 'end', 'font-size': 10 }),
        element('rect', { ...place, fill: value > 0 ? FOR : AGAINST }),
      ];
    }),
  ];
}
