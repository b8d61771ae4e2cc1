import { describe, expect, it } from 'vitest';
import { lower } from '../devices/webgpu/lower.js';
import type { KernelLimits, KernelVariants } from '../graph/lowering.js';
import { DEFAULT_LIMITS } from '../testing/default-limits.js';
import type { OpCase } from '../testing/op-case.js';
import { opCases } from '../testing/op-cases.js';
import { nodesOfCase } from '../testing/run-case.js';
import { SHAPE_CLASSES } from './shape-classes.js';
import { VARIANTS } from './variants.js';

const everyVariant = Object.entries(VARIANTS).flatMap(([kernel, names]) => names.map((name) => ({ [kernel]: name })));

describe('variants', () => {
  const lowerWith = (limits: KernelLimits) => {
    for (const opCase of Object.values(opCases as Record<string, readonly OpCase[]>).flat()) {
      const nodes = nodesOfCase(opCase);
      for (const variants of everyVariant) for (const node of nodes) lower(node, limits, variants);
    }
  };

  it('run every case within what each WebGPU implementation grants', () => {
    lowerWith(DEFAULT_LIMITS);
  });

  it('are tuned for every op that asks for one', () => {
    const untuned = new Set<string>();
    for (const opCase of Object.values(opCases as Record<string, readonly OpCase[]>).flat()) {
      for (const node of nodesOfCase(opCase)) {
        const tuned = [...SHAPE_CLASSES.values()].flatMap(({ op, kernels }) => (op === node.op.name ? kernels : []));
        for (const variants of [{}, ...everyVariant]) {
          const observed = new Proxy<KernelVariants>(variants, {
            get(target, kernel: string) {
              if (!tuned.some((name) => name === kernel)) untuned.add(`${node.op.name}: ${kernel}`);
              return target[kernel];
            },
          });
          lower(node, DEFAULT_LIMITS, observed);
        }
      }
    }
    expect([...untuned]).toEqual([]);
  });

  it('are refused before any pipeline is made where a device grants less', () => {
    for (const less of [{ maxComputeInvocationsPerWorkgroup: 16 }, { maxComputeWorkgroupStorageSize: 1023 }]) {
      expect(() => lowerWith({ ...DEFAULT_LIMITS, ...less })).toThrow(
        expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
      );
    }
  });
});
