import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, Kind, numberAt, writeInt64 } from '../../../src/workers/readers/text/cells';

const read = (text: string): number => {
  const bytes = Buffer.from(`x${text},`);
  return numberAt(bytes, 1, bytes.length - 1);
};
const kind = (text: string): Kind => classify(Buffer.from(text), 0, Buffer.byteLength(text));

describe('numberAt', () => {
  it('reads every double as Number() does, in any spelling', () => {
    const spellings = (v: number): string[] => [String(v), v.toPrecision(17), v.toExponential(), v.toPrecision(16), ` ${v.toPrecision(19)} `];
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => {
        for (const text of spellings(v)) expect(Object.is(read(text), Number(text)), text).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads decimals of 1 to 25 digits as Number() does, halfway cases included', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 22 });
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, fc.option(digits), (sign, whole, fraction) => {
        const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`;
        expect(Object.is(read(text), Number(text)), text).toBe(true);
      }),
      { numRuns: 5000 },
    );
    for (const text of [
      '9007199254740993',
      '9007199254740992.5',
      '4503599627370497.5',
      '4503599627370496.5',
      '1.00000000000000011102230246251565',
      '.5',
      '5.',
      '-0',
      '-0.0',
      '1e400',
      '4.9e-324',
    ])
      expect(Object.is(read(text), Number(text)), text).toBe(true);
  });

  it('knows infinities and what is no number', () => {
    expect([read('inf'), read('-Infinity'), read('+INF')]).toEqual([Infinity, -Infinity, Infinity]);
    for (const text of ['', 'x', '1x', '1e', '--1', '1.2.3', '0x10', '1_000']) expect(read(text), text).toBeNaN();
  });
});

describe('writeInt64', () => {
  it('writes every int64 and uint64', () => {
    const words = new Int32Array(2);
    const write = (v: bigint): void => {
      const bytes = Buffer.from(` ${v} `);
      writeInt64(bytes, 0, bytes.length, words, 0);
    };
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (v) => {
        write(v);
        expect(new BigInt64Array(words.buffer)[0]).toBe(v);
      }),
    );
    for (const v of [0n, 1n, -1n, 2n ** 32n, -(2n ** 32n), 2n ** 63n - 1n, -(2n ** 63n), 10n ** 18n, 999999999n, 1000000000n, 2n ** 53n + 1n]) {
      write(v);
      expect(new BigInt64Array(words.buffer)[0]).toBe(v);
    }
    for (const v of [2n ** 64n - 1n, 2n ** 63n]) {
      write(v);
      expect(new BigUint64Array(words.buffer)[0]).toBe(v);
    }
  });
});

describe('classify', () => {
  it('says what a cell is', () => {
    expect(
      ['', '  ', '1', '-12', '1.', '.5', '1e5', 'nan', 'NA', 'null', 'True', 'false', 'inf', 'abc', '1a', '-', '.', 'e5', '2016-01-01'].map(kind),
    ).toEqual([
      ...[Kind.Empty, Kind.Empty, Kind.Int, Kind.Int, Kind.Float, Kind.Float, Kind.Float, Kind.NaN, Kind.Missing, Kind.Missing],
      ...[Kind.Bool, Kind.Bool, Kind.Float, Kind.Text, Kind.Text, Kind.Text, Kind.Text, Kind.Text, Kind.Text],
    ]);
    expect(
      ['9007199254740991', '9007199254740993', '9223372036854775807', '9223372036854775808', '18446744073709551616', '-9223372036854775808'].map(
        kind,
      ),
    ).toEqual([...[Kind.Int, Kind.Int64, Kind.Int64, Kind.Uint64, Kind.HugeInt, Kind.Int64]]);
  });
});
