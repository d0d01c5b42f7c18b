import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markRows } from '../../../src/workers/engine/steps/mark-rows';

describe('marking rows', () => {
  it('sets exactly the rows of the mask, wherever in its memory the mask begins', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 7), { maxLength: 60 }), fc.nat(3), (bytes, shift) => {
        const memory = new Uint8Array(bytes.length + shift).fill(1);
        memory.set(bytes, shift);
        const rows = Uint32Array.from(bytes, (_, i) => 2 * (bytes.length - i));
        const out = new Uint8Array(2 * bytes.length + 1);
        const hit = markRows(memory.subarray(shift), rows, out);
        const expected = new Set(bytes.flatMap((b, i) => (b ? [rows[i]!] : [])));
        expect([...out.keys()].filter((r) => out[r] === 1)).toEqual([...expected].sort((a, b) => a - b));
        expect(hit).toBe(expected.size > 0);
      }),
    );
  });
});
