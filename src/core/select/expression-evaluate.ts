import type { Progress } from '../protocol/outcome';
import type { BinaryOp, Expression, ExpressionNode } from './expression';
import { FUNCTIONS } from './expression-functions';

/** The rows an expression is evaluated over. */
export interface ExpressionSource {
  readonly length: number;
  /** float64 values, NaN where missing; throws AppError not-found. */
  column(name: string): Float64Array;
  /** Texts, undefined where null. */
  text(name: string): readonly (string | undefined)[];
}

/** Rows taken through the whole tree at a time: intermediate results stay in the cache. */
const BLOCK = 4096;
/** Rows between two yields. */
const SLICE = 2 ** 17;

/** Evaluates rows [from, from + n); the answer's first n elements count, until the next call. */
type Evaluator = (from: number, n: number) => Float64Array;

/**
 * float64 of an expression for every row. Conditions are 1 or 0. A comparison with a missing value is false, also `!=`; a missing value is
 * neither true nor false, so both `x` and `!x` are 0 as conditions. `%` takes the divisor's sign and `round` takes halves to even, as numpy.
 */
export function evaluateExpression(expression: Expression, source: ExpressionSource): Float64Array {
  const steps = evaluateExpressionSteps(expression, source);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** {@link evaluateExpression} in slices. */
export function* evaluateExpressionSteps(expression: Expression, source: ExpressionSource): Generator<Progress, Float64Array> {
  const evaluate = compile(expression.root, source);
  const out = new Float64Array(source.length);
  for (let from = 0; from < source.length; from += BLOCK) {
    const n = Math.min(BLOCK, source.length - from);
    out.set(evaluate(from, n).subarray(0, n), from);
    if ((from + n) % SLICE === 0 && from + n < source.length) yield { fraction: (from + n) / source.length };
  }
  return out;
}

function compile(node: ExpressionNode, source: ExpressionSource): Evaluator {
  switch (node.kind) {
    case 'number': {
      const constant = new Float64Array(BLOCK).fill(node.value);
      return () => constant;
    }
    case 'column': {
      const values = source.column(node.name);
      return (from, n) => values.subarray(from, from + n);
    }
    case 'text':
      return compareTexts(source.text(node.column), node.value, node.op === '==');
    case 'unary':
      return node.op === '-' ? negative(compile(node.of, source)) : not(compile(node.of, source));
    case 'binary':
      return binary(node.op, compile(node.left, source), compile(node.right, source));
    case 'if':
      return choose(compile(node.test, source), compile(node.yes, source), compile(node.no, source));
    case 'call':
      return call(
        node.name,
        node.args.map((a) => compile(a, source)),
      );
  }
}

function compareTexts(texts: readonly (string | undefined)[], value: string, isEqual: boolean): Evaluator {
  const out = new Float64Array(BLOCK);
  return (from, n) => {
    for (let i = 0; i < n; i++) {
      const text = texts[from + i];
      out[i] = text !== undefined && (text === value) === isEqual ? 1 : 0;
    }
    return out;
  };
}

function negative(of: Evaluator): Evaluator {
  const out = new Float64Array(BLOCK);
  return (from, n) => {
    const a = of(from, n);
    for (let i = 0; i < n; i++) out[i] = -a[i]!;
    return out;
  };
}

function not(of: Evaluator): Evaluator {
  const out = new Float64Array(BLOCK);
  return (from, n) => {
    const a = of(from, n);
    for (let i = 0; i < n; i++) out[i] = a[i] === 0 ? 1 : 0;
    return out;
  };
}

const isTrue = (x: number): boolean => x === x && x !== 0;

function choose(test: Evaluator, yes: Evaluator, no: Evaluator): Evaluator {
  const out = new Float64Array(BLOCK);
  return (from, n) => {
    const t = test(from, n);
    const a = yes(from, n);
    const b = no(from, n);
    for (let i = 0; i < n; i++) out[i] = isTrue(t[i]!) ? a[i]! : b[i]!;
    return out;
  };
}

function call(name: string, args: readonly Evaluator[]): Evaluator {
  const apply = FUNCTIONS[name]!.apply;
  const out = new Float64Array(BLOCK);
  const [first, second] = args;
  if (args.length === 1)
    return (from, n) => {
      const a = first!(from, n);
      for (let i = 0; i < n; i++) out[i] = apply(a[i]!);
      return out;
    };
  if (args.length === 2)
    return (from, n) => {
      const a = first!(from, n);
      const b = second!(from, n);
      for (let i = 0; i < n; i++) out[i] = apply(a[i]!, b[i]!);
      return out;
    };
  return (from, n) => {
    const columns = args.map((a) => a(from, n));
    for (let i = 0; i < n; i++) out[i] = apply(...columns.map((c) => c[i]!));
    return out;
  };
}

type Loop = (a: Float64Array, b: Float64Array, out: Float64Array, n: number) => void;

/** One plain loop an operator, so that none pays for a call a row. Comparisons but `!=` are false for NaN by themselves. */
const LOOPS: Readonly<Record<BinaryOp, Loop>> = {
  '+': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
  },
  '-': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
  },
  '*': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
  },
  '/': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!;
  },
  '%': (a, b, out, n) => {
    for (let i = 0; i < n; i++) {
      const rest = a[i]! % b[i]!;
      out[i] = rest !== 0 && rest < 0 !== b[i]! < 0 ? rest + b[i]! : rest;
    }
  },
  '**': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! ** b[i]!;
  },
  '==': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  '!=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! || a[i]! > b[i]! ? 1 : 0;
  },
  '<': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! ? 1 : 0;
  },
  '<=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! <= b[i]! ? 1 : 0;
  },
  '>': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! > b[i]! ? 1 : 0;
  },
  '>=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! >= b[i]! ? 1 : 0;
  },
  '&&': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = isTrue(a[i]!) && isTrue(b[i]!) ? 1 : 0;
  },
  '||': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = isTrue(a[i]!) || isTrue(b[i]!) ? 1 : 0;
  },
};

function binary(op: BinaryOp, left: Evaluator, right: Evaluator): Evaluator {
  const out = new Float64Array(BLOCK);
  const loop = LOOPS[op];
  return (from, n) => {
    loop(left(from, n), right(from, n), out, n);
    return out;
  };
}
