/** The allow-list of expressions: constants and functions, nothing else can be named. */
export const CONSTANTS: Readonly<Record<string, number | undefined>> = Object.assign(Object.create(null) as object, {
  pi: Math.PI,
  e: Math.E,
  nan: NaN,
  inf: Infinity,
});

type Numeric = (...args: number[]) => number;

export interface ExpressionFunction {
  readonly arity: readonly [number, number];
  readonly apply: Numeric;
}

const unary = (apply: (x: number) => number): ExpressionFunction => ({ arity: [1, 1], apply });

/** Halves go to the even neighbour, as numpy's rint. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Angles in radians; `log` is natural; NaN in gives NaN out, but for isnan and isfinite. */
export const FUNCTIONS: Readonly<Record<string, ExpressionFunction | undefined>> = {
  abs: unary(Math.abs),
  sqrt: unary(Math.sqrt),
  exp: unary(Math.exp),
  log: unary(Math.log),
  log10: unary(Math.log10),
  log2: unary(Math.log2),
  pow: { arity: [2, 2], apply: Math.pow },
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  atan2: { arity: [2, 2], apply: Math.atan2 },
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  round: unary(roundHalfEven),
  min: { arity: [2, Infinity], apply: Math.min },
  max: { arity: [2, Infinity], apply: Math.max },
  sign: unary(Math.sign),
  hypot: { arity: [2, 2], apply: Math.hypot },
  isnan: unary((x) => (x !== x ? 1 : 0)),
  isfinite: unary((x) => (x - x === 0 ? 1 : 0)),
  clip: { arity: [3, 3], apply: (x, low, high) => Math.min(Math.max(x!, low!), high!) },
  deg: unary((x) => (x * 180) / Math.PI),
  rad: unary((x) => (x * Math.PI) / 180),
};
