import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSentinelsSteps, type SentinelOptions } from '../../../src/core/numerics/sentinels';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';
import { makeSurvey } from '../../../src/core/sample/survey';

const random = seededRandom(8);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const made = (n: number, f: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => f(i));
const find = (values: ArrayLike<number>, options?: SentinelOptions): [number, number][] =>
  drain(findSentinelsSteps(Float64Array.from(values), options)).map((s) => [s.value, s.count]);
/** Every `each`-th value replaced. */
const planted = (values: Float64Array, sentinel: number, each: number): Float64Array => values.map((v, i) => (i % each === 0 ? sentinel : v));

const mags = made(3000, () => 17 + 1.5 * normal());
const counts = made(20_000, () => Math.floor(40 * Math.exp(normal())));

describe('sentinels are found', () => {
  it.each([-999, -9999, 99.99, 99, -99.99, 1e20, 1e30, -1e31, 999.999, 9.969209968386869e36, -999999500])(
    '%d in magnitudes, once or often',
    (sentinel) => {
      expect(find(planted(mags, sentinel, 5000))).toEqual([[sentinel, 1]]);
      expect(find(planted(mags, sentinel, 3))).toEqual([[sentinel, 1000]]);
    },
  );

  it('as 32-bit floats, told as they are written', () => {
    const errors = planted(
      made(500, () => 0.02 + 0.05 * random()),
      99.99,
      100,
    ).map(Math.fround);
    expect(drain(findSentinelsSteps(errors))).toEqual([{ value: 99.99, stored: Math.fround(99.99), count: 5 }]);
  });

  it('negative ones in counts, however wide their distribution', () => {
    expect(find(planted(counts, -99, 4000))).toEqual([[-99, 5]]);
  });

  it('several at once, the most frequent first', () => {
    expect(find(planted(planted(mags, -9999, 100), 99.99, 301))).toEqual([
      [-9999, 30 - 1],
      [99.99, 10],
    ]);
  });

  it('a thermometer that says -99 when it is broken', () => {
    expect(
      find(
        planted(
          made(1000, () => -5 + 12 * normal()),
          -99,
          200,
        ),
      ),
    ).toEqual([[-99, 5]]);
  });

  it('0 only where it cannot be; numbers beyond the bounds though they are near', () => {
    const dates = planted(
      made(100, (i) => 2459000 + i),
      0,
      20,
    );
    expect(find(dates)).toEqual([]);
    expect(find(dates, { zeroImpossible: true })).toEqual([[0, 5]]);
    const declinations = planted(
      made(100, (i) => -72 + 1.6 * i),
      -99,
      50,
    );
    expect(find(declinations)).toEqual([]);
    expect(find(declinations, { minimum: -90, maximum: 90 })).toEqual([[-99, 2]]);
  });

  it('in used rows only', () => {
    const values = planted(mags, -999, 10);
    expect(find(values, { use: Uint8Array.from(values, (v) => (v === -999 ? 0 : 1)) })).toEqual([]);
  });

  it('in a column that holds nothing else', () => {
    expect(find([-999, -999, NaN])).toEqual([[-999, 2]]);
    expect(find([99, 99])).toEqual([]);
  });
});

describe('honest numbers are not taken for sentinels', () => {
  const HONEST: Readonly<Record<string, Float64Array>> = {
    'log-normal counts with 99 and 999 in their range': counts,
    'power-law counts up to a million': made(50_000, () => Math.floor(1 / (1 - random()))),
    'the whole numbers to 120 000': made(120_000, (i) => i),
    'even identifiers': made(120_000, (i) => 2 * i + 1),
    'fluxes about zero in tenths': made(50_000, () => Math.round(400 * normal()) / 10),
    'pressures about 1000': made(20_000, () => Math.round(10 * (1000 + normal())) / 10),
    'temperatures in tenths up to 99.9': made(20_000, () => Math.round(999 * random()) / 10),
    'a count of 99 beside small counts': Float64Array.from([...made(500, () => Math.floor(20 * random())), 99]),
    'right ascensions': made(10_000, () => Math.round(360e2 * random()) / 100),
    nothing: new Float64Array(0),
    'only missing ones': Float64Array.of(NaN, Infinity, -Infinity),
    'magnitudes about 9.99': made(20_000, () => Math.round(100 * (10 + 0.3 * normal())) / 100),
  };
  it.each(Object.entries(HONEST))('%s', (_name, values) => {
    expect(find(values)).toEqual([]);
  });

  it('finds nothing in smooth distributions, whatever their place and width', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 20, max: 20_000 }), fc.integer(), (place, width, seed) => {
        const draw = seededRandom(seed);
        expect(find(made(2000, () => Math.round(place + width * (draw() + draw() + draw() - 1.5))))).toEqual([]);
      }),
    );
  });
});

it('finds what the sample survey plants, and nothing else', () => {
  const [batch] = [...makeSurvey().detections.batches(2 ** 22)];
  const effects = new Map<string, number>();
  const { planted: table } = makeSurvey();
  const [rows] = [...table.batches(2 ** 22)];
  const effect = rows!.chunks.get('effect')!;
  const bytes = new TextDecoder();
  for (let i = 0; i < effect.length; i++) {
    const name = bytes.decode((effect.data as Uint8Array).slice(effect.offsets![i], effect.offsets![i + 1]));
    effects.set(name, (effects.get(name) ?? 0) + 1);
  }
  const expected = [
    [99.99, effects.get('sentinel_high')],
    [-99.99, effects.get('sentinel_low')],
  ];
  for (const name of ['objid', 'ra', 'dec', 'mjd', 'mag', 'magerr', 'quality']) {
    const data = batch!.chunks.get(name)!.data;
    expect(find(Float64Array.from(data as ArrayLike<number | bigint> as ArrayLike<number>, Number)), name).toEqual(
      name === 'mag' || name === 'magerr' ? expected : [],
    );
  }
}, 60_000);
