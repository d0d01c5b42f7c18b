// AssemblyScript: the loop of core/numerics/convolve/convolve-rows.ts, two doubles at a time. It adds in the same order, so both give the same bits.

/** out[0 … 15] of one row: Σ taps[j][i] padded[j stride + x + i]. Strides in bytes. */
function sixteen(padded: usize, stride: usize, taps: usize, kw: i32, kh: i32, out: usize): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  let k = taps;
  for (let j = 0; j < kh; j++) {
    let p = padded;
    for (const end = p + ((<usize>kw) << 3); p < end; p += 8, k += 8) {
      const w = v128.load64_splat(k);
      a = f64x2.add(a, f64x2.mul(w, v128.load(p)));
      b = f64x2.add(b, f64x2.mul(w, v128.load(p, 16)));
      c = f64x2.add(c, f64x2.mul(w, v128.load(p, 32)));
      d = f64x2.add(d, f64x2.mul(w, v128.load(p, 48)));
      e = f64x2.add(e, f64x2.mul(w, v128.load(p, 64)));
      f = f64x2.add(f, f64x2.mul(w, v128.load(p, 80)));
      g = f64x2.add(g, f64x2.mul(w, v128.load(p, 96)));
      h = f64x2.add(h, f64x2.mul(w, v128.load(p, 112)));
    }
    padded += stride;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  v128.store(out, e, 64);
  v128.store(out, f, 80);
  v128.store(out, g, 96);
  v128.store(out, h, 112);
}

/** out[0 … 7] of two rows; each value is read once for both. */
function eightOfTwo(padded: usize, stride: usize, taps: usize, kw: i32, kh: i32, out: usize, outStride: usize): void {
  let a0 = f64x2.splat(0);
  let b0 = a0;
  let c0 = a0;
  let d0 = a0;
  let a1 = a0;
  let b1 = a0;
  let c1 = a0;
  let d1 = a0;
  const width = (<usize>kw) << 3;
  let k = taps;
  let p = padded;
  for (const end = p + width; p < end; p += 8, k += 8) {
    const w = v128.load64_splat(k);
    a0 = f64x2.add(a0, f64x2.mul(w, v128.load(p)));
    b0 = f64x2.add(b0, f64x2.mul(w, v128.load(p, 16)));
    c0 = f64x2.add(c0, f64x2.mul(w, v128.load(p, 32)));
    d0 = f64x2.add(d0, f64x2.mul(w, v128.load(p, 48)));
  }
  for (let j = 1; j < kh; j++) {
    padded += stride;
    p = padded;
    let before = k - width;
    for (const end = p + width; p < end; p += 8, k += 8, before += 8) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);
      const w = v128.load64_splat(k);
      const v = v128.load64_splat(before);
      a0 = f64x2.add(a0, f64x2.mul(w, a));
      a1 = f64x2.add(a1, f64x2.mul(v, a));
      b0 = f64x2.add(b0, f64x2.mul(w, b));
      b1 = f64x2.add(b1, f64x2.mul(v, b));
      c0 = f64x2.add(c0, f64x2.mul(w, c));
      c1 = f64x2.add(c1, f64x2.mul(v, c));
      d0 = f64x2.add(d0, f64x2.mul(w, d));
      d1 = f64x2.add(d1, f64x2.mul(v, d));
    }
  }
  padded += stride;
  p = padded;
  k -= width;
  for (const end = p + width; p < end; p += 8, k += 8) {
    const v = v128.load64_splat(k);
    a1 = f64x2.add(a1, f64x2.mul(v, v128.load(p)));
    b1 = f64x2.add(b1, f64x2.mul(v, v128.load(p, 16)));
    c1 = f64x2.add(c1, f64x2.mul(v, v128.load(p, 32)));
    d1 = f64x2.add(d1, f64x2.mul(v, v128.load(p, 48)));
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  v128.store(out, c0, 32);
  v128.store(out, d0, 48);
  out += outStride;
  v128.store(out, a1);
  v128.store(out, b1, 16);
  v128.store(out, c1, 32);
  v128.store(out, d1, 48);
}

function one(padded: usize, stride: usize, taps: usize, kw: i32, kh: i32, out: usize): void {
  let s: f64 = 0;
  let k = taps;
  for (let j = 0; j < kh; j++) {
    let p = padded;
    for (const end = p + ((<usize>kw) << 3); p < end; p += 8, k += 8) s += load<f64>(k) * load<f64>(p);
    padded += stride;
  }
  store<f64>(out, s);
}

/** What `convolveRows` of convolve-rows.ts does, on addresses (bytes) of this memory; the strides are in doubles. */
export function convolveRows(
  padded: usize,
  stride: i32,
  taps: usize,
  kw: i32,
  kh: i32,
  out: usize,
  outStride: i32,
  width: i32,
  from: i32,
  to: i32,
): void {
  const step = (<usize>stride) << 3;
  const outStep = (<usize>outStride) << 3;
  let y = from;
  if (kh > 1)
    for (; y + 2 <= to; y += 2) {
      let p = padded + <usize>y * step;
      let o = out + <usize>y * outStep;
      let x = 0;
      for (; x + 8 <= width; x += 8, p += 64, o += 64) eightOfTwo(p, step, taps, kw, kh, o, outStep);
      for (; x < width; x++, p += 8, o += 8) {
        one(p, step, taps, kw, kh, o);
        one(p + step, step, taps, kw, kh, o + outStep);
      }
    }
  for (; y < to; y++) {
    let p = padded + <usize>y * step;
    let o = out + <usize>y * outStep;
    let x = 0;
    for (; x + 16 <= width; x += 16, p += 128, o += 128) sixteen(p, step, taps, kw, kh, o);
    for (; x < width; x++, p += 8, o += 8) one(p, step, taps, kw, kh, o);
  }
}

/** What `spreadTaps` of missing-weights.ts does, on addresses; the strides are in doubles. */
export function spreadTaps(target: usize, stride: i32, taps: usize, kw: i32, rows: i32, count: i32, sign: f64): void {
  const step = (<usize>stride) << 3;
  const across = (<usize>kw) << 3;
  const pairs = (<usize>(count >> 1)) << 4;
  const signs = f64x2.splat(sign);
  for (let j = 0; j < rows; j++) {
    let p = target;
    let k = taps;
    for (const end = p + pairs; p < end; p += 16, k += 16) v128.store(p, f64x2.add(v128.load(p), f64x2.mul(signs, v128.load(k))));
    if (count & 1) store<f64>(p, load<f64>(p) + sign * load<f64>(k));
    target -= step;
    taps += across;
  }
}
