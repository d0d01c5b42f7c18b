export const STRETCHES = ['linear', 'sqrt', 'log', 'asinh'] as const;
export type StretchName = (typeof STRETCHES)[number];

const LOG_A = 1000;
const ASINH_A = 0.1;

/** From [0, 1] to [0, 1], as astropy.visualization's LinearStretch, SqrtStretch, LogStretch (a = 1000) and AsinhStretch (a = 0.1). */
export function stretched(t: number, stretch: StretchName): number {
  switch (stretch) {
    case 'linear':
      return t;
    case 'sqrt':
      return Math.sqrt(t);
    case 'log':
      return Math.log1p(LOG_A * t) / Math.log1p(LOG_A);
    case 'asinh':
      return Math.asinh(t / ASINH_A) / Math.asinh(1 / ASINH_A);
  }
}
