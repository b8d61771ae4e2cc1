import { element, picture, polyline, text } from './svg.js';

export interface DrawnCurve {
  readonly name: string;
  readonly curve: readonly { readonly coverage: number; readonly risk: number }[];
  readonly aurc: number;
}

const PLOT = { left: 60, top: 40, width: 420, height: 260 } as const;
const COLOURS = ['#c0392b', '#2c6fbb', '#27874b', '#6c3483', '#b9770e'] as const;

/** Share of wrong calls over the share of beats that are called, one line a model. */
export function drawRiskCoverage(curves: readonly DrawnCurve[]): string {
  const most = Math.max(0.01, ...curves.flatMap(({ curve }) => curve.map(({ risk }) => risk)));
  const x = (coverage: number) => PLOT.left + PLOT.width * coverage;
  const y = (risk: number) => PLOT.top + PLOT.height * (1 - risk / most);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks.flatMap((share) => [
    element('line', { x1: x(0), x2: x(1), y1: y(share * most), y2: y(share * most), stroke: '#ddd' }),
    text(x(0) - 6, y(share * most) + 4, `${(100 * share * most).toFixed(1)} %`, { 'text-anchor': 'end' }),
    text(x(share), y(0) + 16, `${100 * share} %`, { 'text-anchor': 'middle' }),
  ]);
  const lines = curves.flatMap(({ name, curve, aurc }, k) => {
    const colour = COLOURS[k % COLOURS.length]!;
    const points = curve.map(({ coverage, risk }) => [x(coverage), y(risk)] as const);
    return [
      polyline(points, { stroke: colour, 'stroke-width': 1.6 }),
      text(x(0) + 10, PLOT.top + 14 + 16 * k, `${name}: AURC ${(100 * aurc).toFixed(2)} %`, { fill: colour }),
    ];
  });
  return picture(PLOT.left + PLOT.width + 40, PLOT.top + PLOT.height + 50, 'Risk and coverage', [
    text(PLOT.left, 22, 'Wrong calls among the beats that are called, the surest first', { 'font-size': 13 }),
    ...grid,
    text(x(0.5), y(0) + 36, 'beats called', { 'text-anchor': 'middle' }),
    ...lines,
  ]);
}
