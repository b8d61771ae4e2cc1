import type { TunedVariants } from '../devices/webgpu/device.js';
import { formatError, readManifest, refusal, tunedPlace } from './manifest.js';
import { SHAPE_CLASSES } from './shape-classes.js';
import { VARIANTS } from './variants.js';

/** A manifest's variants for each node; none where it is of another place. Throws FORMAT for what is no manifest. */
export function applyManifest(value: unknown, info: GPUAdapterInfo): TunedVariants {
  const manifest = readManifest(value);
  const reason = refusal(manifest, tunedPlace(info));
  if (reason !== undefined) return { state: { applied: false, reason }, variantsOf: () => ({}) };
  const chosen = manifest.choices.flatMap(({ kernel, shapes, variant }, index) => {
    const where = `manifest.choices[${index}]`;
    const shapeClass = SHAPE_CLASSES.get(shapes);
    const known = shapeClass?.kernels.find((name) => name === kernel);
    if (shapeClass === undefined || known === undefined) throw formatError(where, `is unknown: ${kernel}, ${shapes}`);
    if (variant === null) return [];
    const variants: readonly string[] = VARIANTS[known];
    if (!variants.includes(variant)) throw formatError(`${where}.variant`, `is unknown: ${variant}`);
    return [{ shapeClass, choice: [known, variant] as const }];
  });
  return {
    state: { applied: true },
    variantsOf: (node) =>
      Object.fromEntries(
        chosen
          .filter(({ shapeClass }) => shapeClass.op === node.op.name && shapeClass.holds(node))
          .map(({ choice }) => choice),
      ),
  };
}
