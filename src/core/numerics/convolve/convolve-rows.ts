/** The weights of a kernel turned so that they are multiplied with a window as they lie. */
export interface Taps {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/**
 * The one inner loop of direct convolution: for rows y in [from, to) and columns x in [0, width),
 * out[y outStride + x] = Σ taps[j][i] padded[(y + j) stride + x + i]. No branch a tap: `padded` holds what is beyond the edges, 0 where missing.
 * Four neighbours are summed together, so that every weight and value is read once for them. O(pixels · taps).
 */
export function convolveRows(
  padded: Float64Array,
  stride: number,
  taps: Taps,
  out: Float64Array,
  outStride: number,
  width: number,
  from: number,
  to: number,
): void {
  const { width: kw, height: kh, values: k } = taps;
  for (let y = from; y < to; y++) {
    const row = y * outStride;
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let j = 0; j < kh; j++) {
        let p = (y + j) * stride + x;
        let v0 = padded[p]!;
        let v1 = padded[p + 1]!;
        let v2 = padded[p + 2]!;
        p += 3;
        const end = (j + 1) * kw;
        for (let t = j * kw; t < end; t++, p++) {
          const w = k[t]!;
          const v3 = padded[p]!;
          s0 += w * v0;
          s1 += w * v1;
          s2 += w * v2;
          s3 += w * v3;
          v0 = v1;
          v1 = v2;
          v2 = v3;
        }
      }
      out[row + x] = s0;
      out[row + x + 1] = s1;
      out[row + x + 2] = s2;
      out[row + x + 3] = s3;
    }
    for (; x < width; x++) {
      let s = 0;
      for (let j = 0; j < kh; j++) {
        const p = (y + j) * stride + x;
        for (let i = 0; i < kw; i++) s += k[j * kw + i]! * padded[p + i]!;
      }
      out[row + x] = s;
    }
  }
}
