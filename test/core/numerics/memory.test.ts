import { describe, expect, it } from 'vitest';
import { Memory } from '../../../src/core/numerics/memory';
import { drain } from '../../../src/core/numerics/steps';

describe('memory', () => {
  const sumSteps = (calls: number[], x: Float64Array) =>
    function* () {
      calls.push(x.length);
      yield { fraction: 0.5 };
      return x.reduce((a, b) => a + b, 0);
    };

  it('knows an answer by its key and its numbers, wherever they lie', () => {
    const memory = new Memory();
    const calls: number[] = [];
    const ask = (key: string, x: Float64Array): number => drain(memory.steps(key, [x], sumSteps(calls, x)));
    const x = Float64Array.of(1, NaN, 3);
    expect(ask('a', x)).toBeNaN();
    expect(ask('a', x.slice())).toBeNaN();
    expect(calls).toHaveLength(1);
    expect(ask('b', x)).toBeNaN();
    expect(calls).toHaveLength(2);
    x[1] = 2;
    expect(ask('a', x)).toBe(6);
    expect(calls).toHaveLength(3);
    expect(ask('a', Float64Array.of(1, 2, 3, 0))).toBe(6);
    expect(ask('a', Float64Array.of(0, 2, 4))).toBe(6);
    expect(calls).toHaveLength(5);
  });

  it('tells 0 from -0 and numbers of one type from those of another', () => {
    const memory = new Memory();
    const ask = (x: Float64Array | Int32Array): string =>
      drain(
        memory.steps('a', [x], function* () {
          yield { fraction: 0 };
          return `${x.constructor.name} ${Object.is(x[0], -0)}`;
        }),
      );
    expect([Float64Array.of(0), Float64Array.of(-0), Int32Array.of(0), Float64Array.of(0)].map(ask)).toEqual([
      'Float64Array false',
      'Float64Array true',
      'Int32Array false',
      'Float64Array false',
    ]);
  });

  it('keeps the last answers only, and none of huge inputs', () => {
    const memory = new Memory();
    const calls: number[] = [];
    const ask = (key: string, x: Float64Array): number => drain(memory.steps(key, [x], sumSteps(calls, x)));
    const x = Float64Array.of(1, 2);
    for (let k = 0; k < 40; k++) ask(`${k}`, x);
    ask('39', x);
    expect(calls).toHaveLength(40);
    ask('0', x);
    expect(calls).toHaveLength(41);
    const huge = new Float64Array(2 ** 19 + 1);
    ask('huge', huge);
    ask('huge', huge);
    expect(calls).toHaveLength(43);
  });

  it('keeps nothing of work that was left or that failed', () => {
    const memory = new Memory();
    const x = Float64Array.of(1);
    const left = memory.steps('a', [x], sumSteps([], x));
    left.next();
    left.return(0);
    const failing = memory.steps('a', [x], function* (): Generator<never, number> {
      throw new Error('no');
    });
    expect(() => drain(failing)).toThrow('no');
    const calls: number[] = [];
    expect(drain(memory.steps('a', [x], sumSteps(calls, x)))).toBe(1);
    expect(calls).toHaveLength(1);
  });

  it('keeps apart what it was asked for by others', () => {
    const memory = new Memory();
    const x = Float64Array.of(1);
    const say = (word: string) =>
      function* () {
        yield { fraction: 0 };
        return word;
      };
    expect(drain(memory.of('op', 'a')('', [x], say('first')))).toBe('first');
    expect(drain(memory.of('op', undefined)('', [x], say('second')))).toBe('second');
    expect(drain(memory.of('op', 'a')('', [x], say('third')))).toBe('first');
  });
});
