/** What is drawn of an epoch. */
export interface CurvePoint {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly validation?: number;
}

type Curve = readonly [keyof CurvePoint, string];

const PANELS: readonly Curve[] = [
  ['loss', 'loss'],
  ['gradientNorm', 'gradient norm'],
  ['learningRate', 'learning rate'],
];
const VALIDATION: Curve = ['validation', 'mean F1 of N, S and V on people held out'];

const WIDTH = 640;
const HEIGHT = 150;
const LEFT = 70;
const RIGHT = 20;
const TOP = 26;
const BOTTOM = 24;

/** The course of a training as an SVG picture: loss, gradient norm and learning rate over the epochs, a panel each. */
export function trainingCurves(points: readonly CurvePoint[]): string {
  const curves = points.some(({ validation }) => validation !== undefined) ? [...PANELS, VALIDATION] : PANELS;
  const height = curves.length * HEIGHT;
  const panels = curves.map(([key, title], at) => panel(points, key, title, at * HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel(points: readonly CurvePoint[], key: keyof CurvePoint, title: string, top: number): string {
  const at = (point: CurvePoint) => point[key] ?? Number.NaN;
  const values = points.map(at).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const last = Math.max(1, ...points.map(({ epoch }) => epoch));
  const x = (epoch: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (epoch - 1)) / Math.max(1, last - 1);
  const y = (value: number) => top + TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low || 1));
  const drawn = points.filter((point) => Number.isFinite(at(point)));
  const place = (point: CurvePoint) => `${x(point.epoch).toFixed(1)},${y(at(point)).toFixed(1)}`;
  return [
    `<text x="${LEFT}" y="${top + 16}">${title}</text>`,
    `<text x="${LEFT - 6}" y="${y(high) + 4}" text-anchor="end">${figure(high)}</text>`,
    `<text x="${LEFT - 6}" y="${y(low) + 4}" text-anchor="end">${figure(low)}</text>`,
    `<path d="M${LEFT} ${y(high)}V${y(low)}H${WIDTH - RIGHT}" fill="none" stroke="#999"/>`,
    `<polyline points="${drawn.map(place).join(' ')}" fill="none" stroke="#0057b8" stroke-width="1.5"/>`,
    ...drawn.map(
      (point) => `<circle cx="${x(point.epoch).toFixed(1)}" cy="${y(at(point)).toFixed(1)}" r="2" fill="#0057b8"/>`,
    ),
    `<text x="${WIDTH - RIGHT}" y="${top + HEIGHT - 8}" text-anchor="end">epoch ${last}</text>`,
  ].join('\n');
}

function figure(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3);
}
