import type { FftPlan } from '../fft';

/** A complex array (re, im, re, im, …) of `plan.size` rows, `stride` doubles apart: of its columns the doubles [from, to) are meant. */
export interface Columns {
  readonly data: Float64Array;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
}

const UNIT = Float64Array.of(1, 0, 1, 0, 1, 0);

/** What `butterflies` of fft.ts does, with a row of numbers in the place of each number. */
function forwardStage({ data: a, stride, from, to }: Columns, block: number, size: number, turns: Float64Array): void {
  const step = (size >> 2) * stride;
  for (let i = 0, t = 0; i < size >> 2; i++, t += 6) {
    const cos1 = turns[t]!;
    const sin1 = turns[t + 1]!;
    const cos2 = turns[t + 2]!;
    const sin2 = turns[t + 3]!;
    const cos3 = turns[t + 4]!;
    const sin3 = turns[t + 5]!;
    const row = (block + i) * stride;
    for (let p0 = row + from, end = row + to; p0 < end; p0 += 2) {
      const p1 = p0 + step;
      const p2 = p1 + step;
      const p3 = p2 + step;
      const re0 = a[p0]!;
      const im0 = a[p0 + 1]!;
      const re1 = a[p1]!;
      const im1 = a[p1 + 1]!;
      const re2 = a[p2]!;
      const im2 = a[p2 + 1]!;
      const re3 = a[p3]!;
      const im3 = a[p3 + 1]!;
      const outRe1 = re0 - re2 + (im1 - im3);
      const outIm1 = im0 - im2 - (re1 - re3);
      const outRe2 = re0 + re2 - (re1 + re3);
      const outIm2 = im0 + im2 - (im1 + im3);
      const outRe3 = re0 - re2 - (im1 - im3);
      const outIm3 = im0 - im2 + (re1 - re3);
      a[p0] = re0 + re2 + (re1 + re3);
      a[p0 + 1] = im0 + im2 + (im1 + im3);
      a[p1] = outRe1 * cos1 - outIm1 * sin1;
      a[p1 + 1] = outRe1 * sin1 + outIm1 * cos1;
      a[p2] = outRe2 * cos2 - outIm2 * sin2;
      a[p2 + 1] = outRe2 * sin2 + outIm2 * cos2;
      a[p3] = outRe3 * cos3 - outIm3 * sin3;
      a[p3 + 1] = outRe3 * sin3 + outIm3 * cos3;
    }
  }
}

function inverseStage({ data: a, stride, from, to }: Columns, block: number, size: number, turns: Float64Array): void {
  const step = (size >> 2) * stride;
  for (let i = 0, t = 0; i < size >> 2; i++, t += 6) {
    const cos1 = turns[t]!;
    const sin1 = turns[t + 1]!;
    const cos2 = turns[t + 2]!;
    const sin2 = turns[t + 3]!;
    const cos3 = turns[t + 4]!;
    const sin3 = turns[t + 5]!;
    const row = (block + i) * stride;
    for (let p0 = row + from, end = row + to; p0 < end; p0 += 2) {
      const p1 = p0 + step;
      const p2 = p1 + step;
      const p3 = p2 + step;
      const re0 = a[p0]!;
      const im0 = a[p0 + 1]!;
      const in1 = a[p1]!;
      const jn1 = a[p1 + 1]!;
      const in2 = a[p2]!;
      const jn2 = a[p2 + 1]!;
      const in3 = a[p3]!;
      const jn3 = a[p3 + 1]!;
      const re1 = in1 * cos1 + jn1 * sin1;
      const im1 = jn1 * cos1 - in1 * sin1;
      const re2 = in2 * cos2 + jn2 * sin2;
      const im2 = jn2 * cos2 - in2 * sin2;
      const re3 = in3 * cos3 + jn3 * sin3;
      const im3 = jn3 * cos3 - in3 * sin3;
      a[p0] = re0 + re2 + (re1 + re3);
      a[p0 + 1] = im0 + im2 + (im1 + im3);
      a[p1] = re0 - re2 - (im1 - im3);
      a[p1 + 1] = im0 - im2 + (re1 - re3);
      a[p2] = re0 + re2 - (re1 + re3);
      a[p2 + 1] = im0 + im2 - (im1 + im3);
      a[p3] = re0 - re2 + (im1 - im3);
      a[p3 + 1] = im0 - im2 - (re1 - re3);
    }
  }
}

function rowPairs({ data: a, stride, from, to }: Columns, rows: number): void {
  for (let r = 0; r < rows; r += 2)
    for (let p = r * stride + from, q = p + stride, end = r * stride + to; p < end; p++, q++) {
      const first = a[p]!;
      const second = a[q]!;
      a[p] = first + second;
      a[q] = first - second;
    }
}

/** Fourier transform of each column, in place; rows end up in the order `transform` leaves numbers in. O(rows log rows) a column. */
export function transformColumns(plan: FftPlan, columns: Columns): void {
  const { size: rows, stages } = plan;
  for (const { size, turns } of stages) for (let block = 0; block < rows; block += size) forwardStage(columns, block, size, turns);
  const last = rows >> (2 * stages.length);
  if (last === 4) for (let block = 0; block < rows; block += 4) forwardStage(columns, block, 4, UNIT);
  else if (last === 2) rowPairs(columns, rows);
}

/** Undoes {@link transformColumns}, but for a factor of `plan.size`. */
export function inverseColumns(plan: FftPlan, columns: Columns): void {
  const { size: rows, stages } = plan;
  const last = rows >> (2 * stages.length);
  if (last === 4) for (let block = 0; block < rows; block += 4) inverseStage(columns, block, 4, UNIT);
  else if (last === 2) rowPairs(columns, rows);
  for (let s = stages.length - 1; s >= 0; s--) {
    const { size, turns } = stages[s]!;
    for (let block = 0; block < rows; block += size) inverseStage(columns, block, size, turns);
  }
}
