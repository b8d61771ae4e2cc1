import { describe, expect, it } from 'vitest';
import { trainingCurves } from './training-curves.js';

const point = (epoch: number, loss: number) => ({ epoch, loss, gradientNorm: 1 / epoch, learningRate: 1e-3 * epoch });

describe('trainingCurves', () => {
  it('draws a point an epoch in each of three panels, the first left and the largest above', () => {
    const svg = trainingCurves([point(1, 2), point(2, 1), point(3, 0.5)]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*>[\s\S]*<\/svg>\n$/);
    const lines = [...svg.matchAll(/polyline points="([^"]*)"/g)].map(([, points]) => points!.split(' '));
    expect(lines.map((points) => points.length)).toEqual([3, 3, 3]);
    const loss = lines[0]!.map((place) => place.split(',').map(Number));
    expect(loss.map(([x]) => x)).toEqual([70, 345, 620]);
    expect(loss[0]![1]).toBeLessThan(loss[1]![1]!);
    expect(svg).toContain('>gradient norm<');
    expect(svg).toContain('epoch 3');
  });

  it('leaves out what is no number, and draws one epoch or none', () => {
    const svg = trainingCurves([point(1, 2), { ...point(2, 1), loss: Number.NaN }]);
    expect(svg).not.toContain('NaN');
    for (const points of [[], [point(1, 2)]]) expect(trainingCurves(points)).not.toMatch(/NaN|Infinity/);
  });
});
