import type { HeaderCard } from '../model/table';
import type { DensityAnswer } from './query';

export interface MapAxis {
  readonly name: string;
  readonly unit?: string | undefined;
  readonly log?: boolean | undefined;
}

/**
 * The header of a density map as an image: linear coordinates of its axes, in which whole pixel numbers (from 1) are the middles of cells; of a
 * logarithmic axis those of the decimal logarithm. `remarks` become its history.
 */
export function densityMapHeader(
  { xRange, yRange, width, height }: Pick<DensityAnswer, 'xRange' | 'yRange' | 'width' | 'height'>,
  x: MapAxis,
  y: MapAxis,
  remarks: readonly string[],
): HeaderCard[] {
  return [
    ...axisCards(1, x, xRange, width),
    ...axisCards(2, y, yRange, height),
    ...remarks.map((comment) => ({ key: 'HISTORY', comment: ` ${comment}` })),
  ];
}

function axisCards(n: number, { name, unit, log }: MapAxis, range: readonly [number, number], cells: number): HeaderCard[] {
  const [low, high] = log ? [Math.log10(range[0]), Math.log10(range[1])] : range;
  return [
    { key: `CTYPE${n}`, value: log ? `log10(${name})` : name },
    ...(unit === undefined ? [] : [{ key: `CUNIT${n}`, value: unit }]),
    { key: `CRPIX${n}`, value: 0.5, comment: 'the lower edge' },
    { key: `CRVAL${n}`, value: low },
    { key: `CDELT${n}`, value: (high - low) / cells },
  ];
}
