import { describe, expect, it } from 'vitest';
import type { ImageStretch, PixelGrid } from '../../../src/core/query/query';
import { wcsOf, type Wcs } from '../../../src/core/numerics/wcs';
import { KERNEL_NAMES } from '../../../src/core/numerics/convolve/kernel-spec';
import { actualSize, columnsOf, enlargement, squared, wholeImage } from '../../../src/renderer/components/pixels/camera';
import { colourCells } from '../../../src/renderer/components/pixels/cells-layer';
import { COLOUR_MAPS, colourTable, TABLE_SIZE } from '../../../src/renderer/components/pixels/colour-maps';
import { thumbKernel } from '../../../src/renderer/components/pixels/kernel-thumbs';
import { evenLimits, fits, limitsOf, ownLimits, usable } from '../../../src/renderer/components/pixels/limits';
import { STRETCHES, stretched } from '../../../src/renderer/components/pixels/stretch';
import { pixelReading, sexagesimal, skyReading, valueReadings } from '../../../src/renderer/views/image/read-out';
import { panesOf, shownColumns } from '../../../src/renderer/views/image/panes';

const image = { width: 300, height: 200 };
const pane = { width: 600, height: 600 };

describe('where an image is looked at', () => {
  it('shows all of it, in the middle, with square pixels', () => {
    const view = squared(undefined, image, pane);
    expect(view).toEqual({ x: [-0.5, 299.5], y: [-50.5, 249.5] });
    expect(enlargement(view, pane)).toBe(2);
  });
  it('keeps the middle and the squares when the pane changes, and one pixel to one of the screen when asked', () => {
    const near = squared({ x: [100, 120], y: [50, 60] }, image, pane);
    expect([(near.x[0] + near.x[1]) / 2, (near.y[0] + near.y[1]) / 2]).toEqual([110, 55]);
    expect(near.x[1] - near.x[0]).toBeCloseTo(near.y[1] - near.y[0], 12);
    const wide = squared(near, image, { width: 600, height: 150 });
    expect((wide.x[1] - wide.x[0]) / (wide.y[1] - wide.y[0])).toBeCloseTo(4, 12);
    expect(enlargement(actualSize(near, pane, 1), pane)).toBe(1);
  });
  it('is in as many columns as make the pictures largest', () => {
    const square = { width: 100, height: 100 };
    expect([1, 2, 3, 4].map((n) => columnsOf(n, { width: 900, height: 600 }, square))).toEqual([1, 2, 2, 2]);
    expect(columnsOf(3, { width: 1600, height: 600 }, square)).toBe(3);
    expect(columnsOf(4, { width: 300, height: 1600 }, square)).toBe(1);
    expect(columnsOf(2, { width: 900, height: 600 }, { width: 400, height: 100 })).toBe(1);
  });
  it('is never lost beside the image, nor so near that a pixel fills the pane, nor so far that it is a dot', () => {
    const beside = squared({ x: [5000, 5100], y: [-900, -800] }, image, pane);
    expect([(beside.x[0] + beside.x[1]) / 2, (beside.y[0] + beside.y[1]) / 2]).toEqual([299, 0]);
    expect(enlargement(squared({ x: [10, 10.01], y: [10, 10.01] }, image, pane), pane)).toBe(160);
    expect(enlargement(squared({ x: [-1e6, 1e6], y: [-1e6, 1e6] }, image, pane), pane)).toBeCloseTo(0.2, 12);
    expect(wholeImage({ width: 1, height: 1 })).toEqual({ x: [-0.5, 0.5], y: [-0.5, 0.5] });
  });
});

describe('stretches', () => {
  it('are those of astropy.visualization', () => {
    // LogStretch()(0.3), AsinhStretch()(0.3), SqrtStretch()(0.3) of astropy 8.0.1.
    expect(stretched(0.3, 'log')).toBeCloseTo(0.8260693058372743, 12);
    expect(stretched(0.3, 'asinh')).toBeCloseTo(0.6065080847477822, 12);
    expect(stretched(0.3, 'sqrt')).toBeCloseTo(0.5477225575051661, 12);
  });
  it('go from 0 to 1 and never down', () => {
    for (const name of STRETCHES) {
      const at = Array.from({ length: 101 }, (_, i) => stretched(i / 100, name));
      expect([at[0], at[100]], name).toEqual([0, 1]);
      expect(
        at.every((v, i) => i === 0 || v > at[i - 1]!),
        name,
      ).toBe(true);
    }
  });
});

describe('limits', () => {
  const of: Pick<ImageStretch, 'min' | 'max' | 'zscale' | 'percentiles'> = {
    min: -5,
    max: 900,
    zscale: [10, 40],
    percentiles: [0.05, 0.25, 0.5, 1, 5, 95, 99, 99.5, 99.75, 99.95].map((percent) => ({ percent, value: percent * 2 })),
  };
  it('follow the rule', () => {
    expect(limitsOf('zscale', of)).toEqual([10, 40]);
    expect(limitsOf('minmax', of)).toEqual([-5, 900]);
    expect(limitsOf('99.9', of)).toEqual([0.1, 199.9]);
    expect(limitsOf('99.5', of)).toEqual([0.5, 199.5]);
    expect(limitsOf('99', of)).toEqual([1, 199]);
    expect(limitsOf('98', of)).toEqual([2, 198]);
    expect(limitsOf('90', of)).toEqual([10, 190]);
    expect(limitsOf([3, 4], of)).toEqual([3, 4]);
  });
  it('can always be drawn with', () => {
    expect(usable([NaN, NaN])).toEqual([0, 1]);
    expect(usable([7, 7])).toEqual([6.993, 7.007]);
    expect(usable([0, 0])).toEqual([-0.5, 0.5]);
  });
  it('of a result are the original’s unless nothing would be seen', () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i);
    values[5] = NaN;
    const own = ownLimits(values);
    expect(own[0]).toBeCloseTo(5, -1);
    expect(own[1]).toBeCloseTo(995, -1);
    expect(fits(own, [100, 800])).toBe(true);
    expect(fits(own, [0, 10])).toBe(false);
    expect(fits(own, [5000, 9000])).toBe(false);
  });
  it('of differences are even about zero', () => {
    expect(evenLimits(Float64Array.from({ length: 201 }, (_, i) => i - 50))).toEqual([-148, 148]);
    expect(evenLimits(new Float64Array(4))).toEqual([-1, 1]);
    expect(evenLimits(Float64Array.of(NaN))).toEqual([-1, 1]);
  });
});

describe('colours of cells', () => {
  const grid = (values: readonly number[]): PixelGrid => ({
    step: 1,
    x: 0,
    y: 0,
    width: values.length,
    height: 1,
    values: Float64Array.from(values),
  });
  const colours = colourTable('grey', false, 'linear');
  const paint = (values: readonly number[], flagged?: Uint8Array): readonly number[] => {
    const out = new Uint32Array(values.length);
    colourCells(out, { grid: grid(values), image, colours, limits: [0, 100], flagged }, '#ff0000');
    return [...out];
  };
  it('run from the low to the high limit and stay at the ends beyond them', () => {
    const [below, low, middle, high, above] = paint([-50, 0, 50, 100, 1e9]);
    expect([below, above]).toEqual([low, high]);
    expect([low! & 255, middle! & 255, high! & 255]).toEqual([0, 128, 255]);
    expect(paint([-Infinity, Infinity])).toEqual([low, high]);
  });
  it('are told from the map where there is no value', () => {
    for (const map of COLOUR_MAPS) {
      const { words, missing } = colourTable(map, false, 'linear');
      const own = [1, 3, 5].map((i) => parseInt(missing.slice(i, i + 2), 16));
      const nearest = Math.min(
        ...Array.from(words, (w) => Math.hypot((w & 255) - own[0]!, ((w >>> 8) & 255) - own[1]!, ((w >>> 16) & 255) - own[2]!)),
      );
      expect(nearest, map).toBeGreaterThan(55);
    }
    expect(paint([NaN])[0]).not.toBe(paint([0])[0]);
  });
  it('turn to the flag’s where a pixel is flagged', () => {
    const [plain, flagged] = paint([50, 50], Uint8Array.of(0, 1));
    expect(flagged! & 255).toBeGreaterThan(plain! & 255);
    expect((flagged! >>> 8) & 255).toBeLessThan((plain! >>> 8) & 255);
  });
  it('are inverted end for end, and made once', () => {
    const { words } = colourTable('viridis', true, 'log');
    const upright = colourTable('viridis', false, 'log').words;
    expect([words[0], words[TABLE_SIZE - 1]]).toEqual([upright[TABLE_SIZE - 1], upright[0]]);
    expect(colourTable('viridis', true, 'log').words).toBe(words);
  });
});

describe('what is read off a pixel', () => {
  it('counts from 0, and says what FITS counts', () => {
    expect(pixelReading([0, 41])).toEqual({ text: 'x 0 y 41', title: 'counted from 0; in FITS, which counts from 1: 1, 42' });
  });
  it('is in sixtieths without a 60 among them', () => {
    expect(sexagesimal(85.2454, true, 2)).toBe('05ʰ40ᵐ58.90ˢ');
    expect(sexagesimal(-2.4584, false, 1)).toBe('−02°27′30.2″');
    expect(sexagesimal(359.9999999, true, 2)).toBe('00ʰ00ᵐ00.00ˢ');
    expect(sexagesimal(9.99999999, false, 1)).toBe('+10°00′00.0″');
    expect(sexagesimal(-0.00000001, false, 1)).toBe('+00°00′00.0″');
  });
  it('has a place on the sky where the header gives one', () => {
    const cards = { CTYPE1: 'RA---TAN', CTYPE2: 'DEC--TAN', CRVAL1: 85, CRVAL2: -2, CRPIX1: 1, CRPIX2: 1, CDELT1: -0.001, CDELT2: 0.001 };
    const wcs = wcsOf(Object.entries(cards).map(([key, value]) => ({ key, value }))) as Wcs;
    expect(skyReading(wcs, 0, 0)?.text).toBe('RA 05ʰ40ᵐ00.00ˢ Dec −02°00′00.0″');
    expect(skyReading({ ...wcs, toSky: () => [NaN, NaN] }, 0, 0)).toBeUndefined();
  });
  it('says that a value is missing', () => {
    const columns = [{ name: 'value', type: 'float32' as const, unit: 'adu' }];
    const answer = { kind: 'row' as const, version: 1, flags: [], columns };
    expect(valueReadings({ ...answer, values: { value: -12.5 } }, columns)[0]!.text).toBe('value −12.5 adu');
    expect(valueReadings({ ...answer, values: { value: NaN } }, columns)[0]!.text).toBe('value missing');
  });
});

describe('pictures side by side', () => {
  const column = (name: string, origin = 'file') => ({ name, type: 'float64' as const, origin });
  it('are the first column and what steps made, or those chosen, or what the draft makes', () => {
    const all = [column('value'), column('weight'), column('value_convolved', 'a'), column('value_residual', 'a')];
    expect(shownColumns(all, [])).toEqual(['value', 'value_convolved', 'value_residual']);
    expect(shownColumns(all, ['weight', 'gone'])).toEqual(['weight']);
    expect(panesOf(['value'], undefined).map((p) => p.title)).toEqual(['value']);
    expect(panesOf(['value'], 'weight').map((p) => p.id)).toEqual(['column weight', 'result', 'residual', 'kernel']);
  });
});

describe('thumbnails of kernels', () => {
  it('are all different, in one dimension and in two', () => {
    for (const dimensions of [1, 2] as const) {
      const made = KERNEL_NAMES.flatMap((name) => thumbKernel(name, dimensions) ?? []);
      expect(made.length).toBe(KERNEL_NAMES.length - 1);
      const shapes = made.map(({ values }) => {
        const most = Math.max(...values.map(Math.abs));
        return Array.from(values, (v) => (v / most).toFixed(2)).join();
      });
      expect(new Set(shapes).size).toBe(made.length);
      expect(made.every((k) => k.width === 33 && k.height === (dimensions === 1 ? 1 : 33))).toBe(true);
    }
  });
});
