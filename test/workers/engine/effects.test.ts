import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OperationDef } from '../../../src/core/operations/definition';
import { operations } from '../../../src/core/operations/registry';
import { seededRandom } from '../../../src/core/operations/runner';
import type { MeterReading, TestSignal } from '../../../src/core/recipe/signal-meter';
import type { Step } from '../../../src/core/recipe/recipe';
import { sampleOf } from '../../../src/workers/engine/service-effects';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

const STARS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Six stars of 600 points in 30 days with a gap: a slow wave, a little noise, in counts and in magnitudes; star `e` has ten outliers. */
async function sixStars(folder: string): Promise<string> {
  const random = seededRandom(5);
  const lines = ['id,mjd,flux,mag'];
  for (const star of STARS)
    for (let i = 0; i < 600; i++) {
      const t = 55000 + i * 0.05 + (i > 300 ? 2.3 : 0);
      const noise = 1e-4 * (random() + random() + random() - 1.5);
      const relative = 1 + 0.01 * Math.sin(t / 3) + noise + (star === 'e' && i % 60 === 7 ? 0.2 : 0);
      const flux = i === 40 ? '' : (5000 * relative).toFixed(6);
      lines.push(`${star},${t},${flux},${(15 - 2.5 * Math.log10(relative)).toFixed(8)}`);
    }
  const path = join(folder, 'stars.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function opened<T>(work: (engine: TestEngine, id: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const engine = await testEngine(join(folder, 'workspace'));
    const [table] = ok(await engine.service.open({ grants: [await sixStars(folder)] }, context()));
    const done = await work(engine, table!.id);
    await engine.close();
    return done;
  });
}

const TRANSIT: TestSignal = { kind: 'transit', depth: 0.01, duration: 0.5, period: 4 };
const onFlux = { bind: { value: 'flux', time: 'mjd', object: 'id' }, scope: 'object' } as const;
const trend = (params: Record<string, unknown>, more: Partial<Step> = onFlux): Step => step('trends.moving-median', params, more);

function defaultsOf(def: OperationDef): Record<string, unknown> {
  const properties = Object.entries(def.params.properties as Record<string, { default?: unknown }>);
  return Object.fromEntries(properties.filter(([, p]) => p.default !== undefined).map(([key, p]) => [key, p.default]));
}

async function meter(engine: TestEngine, table: string, of: Step, signal: TestSignal = TRANSIT, object = 'b'): Promise<MeterReading> {
  return ok(await engine.service.signalMeter({ table, step: of, object, signal }, context())).reading;
}
const share = (reading: MeterReading): number => (reading.kind === 'none' ? NaN : reading.share);

/** The names under which an answer holds shared memory: it cannot be cloned into another process. */
function sharedIn(value: unknown, path = 'answer'): readonly string[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, v]) => sharedIn(v, `${path}.${key}`));
}

describe('answers about one object', () => {
  it('can leave the process', async () => {
    await opened(async (engine, id) => {
      const of = { table: id, object: 'b' };
      const draft = step('trends.biweight', {}, { scope: 'object', bind: { value: 'flux' } });
      const signal: TestSignal = { kind: 'transit', depth: 0.01, duration: 0.3, period: 3 };
      const flagging = step('outliers.sigma-clip', {}, { scope: 'object', bind: { value: 'flux' } });
      const answers = {
        preview: ok(await engine.service.preview({ ...of, step: draft }, context())),
        flags: ok(await engine.service.preview({ ...of, step: flagging }, context())),
        meter: ok(await engine.service.signalMeter({ ...of, step: draft, signal }, context())),
        effects: ok(await engine.service.effects({ table: id, step: draft }, context())),
        points: ok(
          await engine.service.query(
            { kind: 'points', table: id, rows: { flagged: 'show', object: 'b' }, x: { column: 'mjd' }, y: { column: 'flux' }, limit: 1000 },
            context(),
          ),
        ),
      };
      expect(answers.preview.rows.length).toBe(600);
      expect(sharedIn(answers)).toEqual([]);
    });
  });
});

describe('the signal meter', () => {
  it('keeps a transit under a window much longer than it, and sees a short one eat it', async () => {
    await opened(async (engine, id) => {
      const wide = await meter(engine, id, trend({ window: 3 }));
      expect(wide).toMatchObject({ kind: 'kept' });
      expect(share(wide)).toBeGreaterThan(0.9);
      expect(share(wide)).toBeLessThan(1.05);
      const middling = share(await meter(engine, id, trend({ window: 0.9 })));
      const narrow = share(await meter(engine, id, trend({ window: 0.3 })));
      expect(narrow).toBeLessThan(0.35);
      expect(middling).toBeGreaterThan(narrow);
    });
  });

  it('reads the same whether the trend is subtracted, divided by, or divided by with the level kept', async () => {
    await opened(async (engine, id) => {
      const shares = await Promise.all(
        ['subtract', 'divide', 'divide-keep-level'].map(async (apply) => share(await meter(engine, id, trend({ window: 0.7, apply })))),
      );
      expect(shares[0]).toBeLessThan(0.95);
      expect(shares[1]).toBeCloseTo(shares[0]!, 2);
      expect(shares[2]).toBeCloseTo(shares[1]!, 3);
    });
  });

  it('says that scaling takes nothing away', async () => {
    await opened(async (engine, id) => {
      for (const method of ['median', 'z-score']) expect(share(await meter(engine, id, step('transform.normalize', { method }, onFlux)))).toBe(1);
    });
  });

  it('measures an RR Lyrae-like signal in magnitudes', async () => {
    await opened(async (engine, id) => {
      const signal: TestSignal = { kind: 'rr-lyrae', amplitude: 0.6, period: 0.55 };
      const onMag = { ...onFlux, bind: { ...onFlux.bind, value: 'mag' } };
      expect(share(await meter(engine, id, trend({ window: 5 }, onMag), signal))).toBeGreaterThan(0.97);
      expect(share(await meter(engine, id, trend({ window: 0.25 }, onMag), signal))).toBeLessThan(0.6);
    });
  });

  it('tells for a clip how many of the points in transit it flags, and how many of them it would flag anyway', async () => {
    await opened(async (engine, id) => {
      const deep: TestSignal = { ...TRANSIT, depth: 0.2 };
      const clip = (params: Record<string, unknown>): Step => step('outliers.sigma-clip', { spread: 'mad', sigma: 5, ...params }, onFlux);
      expect(await meter(engine, id, clip({}), deep)).toMatchObject({ kind: 'flagged', share: 1, without: 0 });
      expect(await meter(engine, id, clip({ sigmaLower: 1e6 }), deep)).toMatchObject({ kind: 'flagged', share: 0, without: 0 });
      const all = await meter(engine, id, step('outliers.range', { high: 0 }, onFlux), deep);
      expect(all).toMatchObject({ kind: 'flagged', share: 1, without: 1 });
    });
  });

  it('has nothing to say of a step that makes no values, and refuses a transit longer than half its period', async () => {
    await opened(async (engine, id) => {
      expect(await meter(engine, id, step('periods.lomb-scargle', {}, onFlux))).toMatchObject({ kind: 'none' });
      const outcome = await engine.service.signalMeter(
        { table: id, step: trend({ window: 1 }), object: 'b', signal: { ...TRANSIT, duration: 3 } },
        context(),
      );
      expect('failed' in outcome && outcome.failed.message).toBe('invalid duration: 3 (must be > 0 and less than half the period)');
    });
  });
});

describe('every operation', () => {
  it('has a reading of its defaults, or says why it has none', async () => {
    await opened(async (engine, id) => {
      for (const def of operations.values()) {
        if (def.companion && !def.companion.optional) continue;
        const scope = def.scope.includes('object') ? 'object' : def.scope[0]!;
        const params = defaultsOf(def);
        const outcome = await engine.service.signalMeter(
          { table: id, step: step(def.id, params, { ...onFlux, scope, version: def.version }), object: 'b', signal: TRANSIT },
          context(),
        );
        // What the form has to be filled in for first (an expression, a period) is refused in words, here as in the preview.
        if ('failed' in outcome)
          expect(outcome.failed, `${def.id}: ${outcome.failed.message}`).toMatchObject({
            code: expect.stringMatching(/^(invalid-argument|not-found)$/),
          });
        else {
          if (process.env['SHOW']) console.log(def.id, JSON.stringify(ok(outcome).reading));
          const { reading } = ok(outcome);
          if (reading.kind !== 'none') expect(Number.isFinite(reading.share), `${def.id} ${JSON.stringify(reading)}`).toBe(true);
          else
            expect(
              def.writes === 'table' || def.writes === 'report' || /no new values|no values to measure|takes flags|no row/.test(reading.reason),
              `${def.id}: ${reading.reason}`,
            ).toBe(true);
        }
      }
    });
  });
});

describe('the effect on many objects', () => {
  it('is, object by object, what the preview says of each', async () => {
    await opened(async (engine, id) => {
      for (const draft of [
        trend({ window: 1 }),
        step('outliers.sigma-clip', { sigma: 4 }, onFlux),
        step('outliers.sigma-clip', { sigma: 4 }, { ...onFlux, scope: 'table' }),
        step('outliers.range', { high: 5050 }, { ...onFlux, where: { kind: 'range', axis: { column: 'mjd' }, low: 55010 } }),
      ]) {
        const found = ok(await engine.service.effects({ table: id, step: draft }, context()));
        expect(found).toMatchObject({ total: 6, objects: STARS });
        for (const [i, object] of STARS.entries()) {
          const { effect } = ok(await engine.service.preview({ table: id, step: draft, object }, context()));
          const number = (name: string): { before: number; after: number } => effect.find((e) => e.name === name) as never;
          expect(found.flagged[i]).toBeCloseTo((number('rows flagged').after - number('rows flagged').before) / 600, 12);
          expect(found.scatter[i]).toBeCloseTo(number('scatter (MAD)').after / number('scatter (MAD)').before, 12);
          expect(found.pointToPoint[i]).toBeCloseTo(number('point to point').after / number('point to point').before, 12);
        }
      }
    });
  });

  it('finds the star with the outliers', async () => {
    await opened(async (engine, id) => {
      const { flagged } = ok(await engine.service.effects({ table: id, step: step('outliers.sigma-clip', { sigma: 5 }, onFlux) }, context()));
      expect([...flagged].map((share) => Math.round(share * 600))).toEqual([0, 0, 0, 0, 10, 0]);
    });
  });

  it('narrows the list of objects: these and no others, in the order asked for, those unknown left out', async () => {
    await opened(async (engine, id) => {
      const list = async (ids: readonly string[], filter?: string): Promise<readonly string[]> => {
        const query = { kind: 'objects', table: id, sort: 'id', descending: true, ids, ...(filter ? { filter } : {}), offset: 0, limit: 10 } as const;
        const answer = ok(await engine.service.query(query, context()));
        return answer.kind === 'objects' ? answer.objects.map((o) => o.id) : [];
      };
      expect(await list(['b', 'nobody', 'e'])).toEqual(['e', 'b']);
      expect(await list(['b', 'e'], 'e')).toEqual(['e']);
      expect(await list([])).toEqual([]);
    });
  });

  it('draws the same sample every time and can be cancelled', async () => {
    expect(sampleOf(1000, 20)).toEqual(sampleOf(1000, 20));
    expect(new Set(sampleOf(1000, 200)).size).toBe(200);
    expect([...sampleOf(5, 9)]).toEqual([0, 1, 2, 3, 4]);
    await opened(async (engine, id) => {
      const two = ok(await engine.service.effects({ table: id, step: trend({ window: 1 }), sample: 2 }, context()));
      expect(two.objects).toHaveLength(2);
      const stopped = await engine.service.effects({ table: id, step: trend({ window: 1 }) }, context(AbortSignal.abort()));
      expect(stopped).toHaveProperty('cancelled');
    });
  });
});
