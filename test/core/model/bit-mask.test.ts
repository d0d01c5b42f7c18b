import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BitMask } from '../../../src/core/model/bit-mask';

const rows = fc.array(fc.constantFrom(0, 0, 0, 0, 1, 255), { maxLength: 300 });

it('counts, combines and comes back as one boolean a row would', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 7 }), fc.func(fc.boolean()), (values, offset, other) => {
      // Bytes that begin anywhere in their memory, as those out of a file do.
      const bytes = new Uint8Array(new ArrayBuffer(values.length + offset), offset);
      bytes.set(values);
      const a = BitMask.fromBytes(bytes);
      const flags = values.map((v) => v !== 0);
      const second = values.map((_, i) => other(i));
      const b = BitMask.fromBytes(Uint8Array.from(second, Number));
      expect([...a.toBytes()]).toEqual(flags.map(Number));
      expect(a.count()).toBe(flags.filter(Boolean).length);
      expect(a.isEmpty()).toBe(!flags.includes(true));
      const moved = new Uint8Array(new ArrayBuffer(a.bytes.length + offset), offset);
      moved.set(a.bytes);
      const c = new BitMask(values.length, moved);
      for (const [mask, f] of [
        [a.or(b), (x: boolean, y: boolean) => x || y],
        [c.and(b), (x: boolean, y: boolean) => x && y],
        [b.andNot(c), (x: boolean, y: boolean) => !x && y],
        [c.xor(b), (x: boolean, y: boolean) => x !== y],
      ] as const)
        expect([...mask.toBytes()]).toEqual(flags.map((x, i) => Number(f(x, second[i]!))));
      expect(a.not().count()).toBe(values.length - a.count());
    }),
  );
});

it('says that a range is clear only when it is', () => {
  const mask = new BitMask(100);
  mask.set(37);
  expect(mask.isClear(0, 31)).toBe(true);
  expect(mask.isClear(40, 99)).toBe(true);
  expect(mask.isClear(30, 37)).toBe(false);
  expect(mask.isClear(37, 50)).toBe(false);
});
