import { beforeAll, describe, expect, it } from 'vitest';
import type { OperationDef } from '../../../src/core/operations/definition';
import { operations } from '../../../src/core/operations/registry';
import { checkParams } from '../../../src/core/operations/check-params';
import { type Params, run } from '../../conformance/harness';
import { sharedData } from '../../shared-data';
import { type RealCurve, realCurves } from './real-curves';

const data = sharedData();
const TOLERANCE = 1e-4;

/** How many of the curves an operation gets right; says each miss, with what the operation says of it. */
function recovered(curves: readonly RealCurve[], def: OperationDef, words: readonly string[]): number {
  let right = 0;
  for (const { name, type, period, spec } of curves) {
    const row = run(def, spec, checkParams(def, {}) as Params).effect.results![0]!;
    const found = row['period'] as number;
    if (Math.abs(found / period - 1) <= TOLERANCE) {
      right++;
      continue;
    }
    const said = words.map((w) => `${w} ${String(row[w])}`).join(', ');
    console.info(`${def.id} misses ${name} (${type}, ${spec.columns['time']!.length} points): ${found} instead of ${period}; ${said}`);
  }
  console.info(`${def.id}: ${right} of ${curves.length}`);
  return right;
}

describe.skipIf(!data)('periods of real stars', () => {
  let curves: RealCurve[] = [];
  beforeAll(async () => {
    curves = await realCurves(data!);
  });

  it('the vote recovers 90 % of the literature periods to 1e-4; halves, doubles and aliases are misses', { timeout: 240_000 }, () => {
    expect(curves.length).toBe(90);
    const right = recovered(curves, operations.get('periods.vote')!, ['class', 'reason', 'period_2', 'relation_2']);
    expect(right).toBeGreaterThanOrEqual(Math.ceil(0.9 * curves.length));
  });

  it('RR Lyrae templates recover 90 % of the RR Lyrae stars that they were not measured from', { timeout: 240_000 }, () => {
    const number = (c: RealCurve): number => Number(/(\d+)\.csv/.exec(c.name)![1]);
    const stars = curves.filter((c) => c.type.startsWith('RR')).sort((a, b) => number(a) - number(b));
    expect(stars.length).toBe(65);
    // make_rrlyrae_templates.py took every second one, beginning with the first.
    const unseen = stars.filter((_, k) => k % 2 === 1);
    const right = recovered(unseen, operations.get('periods.rrlyrae-template')!, ['score', 'template', 'period_2', 'score_2']);
    expect(right).toBeGreaterThanOrEqual(Math.ceil(0.9 * unseen.length));
  });
});
