import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearMemory } from './memory.js';

describe('linear memory', () => {
  it('gives blocks that are aligned, zero, apart from each other, and taken again once released', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.boolean()), { maxLength: 40 }),
        (steps) => {
          const memory = new LinearMemory();
          const blocks: { address: number; bytes: number }[] = [];
          for (const [bytes, release] of steps) {
            if (release && blocks.length > 0) {
              const [block] = blocks.splice(bytes % blocks.length, 1);
              memory.release(block!.address);
              continue;
            }
            const address = memory.allocate(bytes, 'block');
            expect(address % 64).toBe(0);
            const words = memory.view('u32', address, Math.ceil(bytes / 4));
            expect(words.every((word) => word === 0)).toBe(true);
            words.fill(0xffff_ffff);
            for (const other of blocks) {
              expect(address + bytes <= other.address || other.address + other.bytes <= address).toBe(true);
            }
            blocks.push({ address, bytes });
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('merges neighbours that were released, in any order', () => {
    const memory = new LinearMemory();
    const blocks = [1000, 2000, 3000].map((bytes) => memory.allocate(bytes, 'block'));
    for (const index of [1, 0, 2]) memory.release(blocks[index]!);
    expect(memory.allocate(6000, 'all three')).toBe(blocks[0]);
  });

  it('keeps views valid while it grows', () => {
    const memory = new LinearMemory();
    const values = memory.view('f32', memory.allocate(400, 'small'), 100);
    values.fill(3);
    memory.allocate(50_000_000, 'large');
    expect(values.every((value) => value === 3)).toBe(true);
    values[0] = 4;
    expect(memory.view('f32', values.byteOffset, 1)[0]).toBe(4);
  });

  it('says so when there is no more', () => {
    const memory = new LinearMemory();
    expect(() => memory.allocate(5e9, 'too much')).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
    expect(memory.allocate(100, 'still there')).toBeGreaterThan(0);
  });
});
