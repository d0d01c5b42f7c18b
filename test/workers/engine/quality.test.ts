import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { QualityReport } from '../../../src/core/quality/report';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

async function withTable(text: string, work: (engine: TestEngine, table: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, 'table.csv'), text);
    const engine = await testEngine(join(folder, 'workspace'));
    try {
      const [table] = ok(await engine.service.open({ grants: [join(folder, 'table.csv')] }, context()));
      await work(engine, table!.id, folder);
    } finally {
      await engine.close();
    }
  });
}

const report = async (engine: TestEngine, table: string): Promise<QualityReport> => ok(await engine.service.quality({ table }, context()));
const LINES = Array.from({ length: 400 }, (_, i) => `s${i % 4},${58000 + i},${(15 + (i % 7) / 10).toFixed(2)},${i % 5 === 0 ? '' : 'g'}`);
const TEXT = ['star,mjd,mag,band', ...LINES, ...LINES.slice(0, 12)].join('\n');

describe('the engine’s quality report', () => {
  test('is about the rows that no step flagged', async () => {
    await withTable(TEXT, async (engine, table) => {
      const before = await report(engine, table);
      expect(before.duplicates.exact).toBe(12);
      const duplicates = before.findings.find((f) => f.code === 'exact-duplicates')!;
      expect(duplicates.predicate).toEqual({ kind: 'rows', rows: Array.from({ length: 12 }, (_, i) => 400 + i) });
      const { op, params, where } = duplicates.actions![0]!;
      ok(await engine.service.apply({ table, step: step(op, { ...params }, { where }) }, context()));
      const after = await report(engine, table);
      expect(after.duplicates).toMatchObject({ exact: 0, key: 0 });
      expect(after.ledger).toEqual({ loaded: 412, kept: 400, flagged: 12, reasons: [{ flag: 'duplicate', rows: 12 }] });
      expect(after.columns.find((c) => c.name === 'band')!.missing).toBe(80);
      expect(after.bands!.counts).toEqual([
        { value: 'g', count: 320 },
        { value: '', count: 80 },
      ]);
      expect(after.version).toBeGreaterThan(before.version);
    });
  });

  test('tells how far it is, never going back, and can be cancelled', async () => {
    await withTable(TEXT, async (engine, table) => {
      const seen: number[] = [];
      ok(
        await engine.service.quality(
          { table },
          context(undefined, (p) => seen.push(p.fraction)),
        ),
      );
      expect(seen.length).toBeGreaterThan(5);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const abort = new AbortController();
      const outcome = await engine.service.quality(
        { table },
        context(abort.signal, (p) => p.fraction > 0.3 && abort.abort()),
      );
      expect(outcome).toEqual({ cancelled: true });
    });
  });

  test('offers only operations that there are', async () => {
    const { operations } = await import('../../../src/core/operations/registry');
    await withTable(TEXT.replaceAll('15.30', '-9999'), async (engine, table) => {
      const { findings } = await report(engine, table);
      const actions = findings.flatMap((f) => f.actions ?? []);
      expect(actions.length).toBeGreaterThan(1);
      for (const a of actions) expect(operations.has(a.op), a.op).toBe(true);
    });
  });

  test('an empty table and one without any role have a report', async () => {
    for (const text of ['a,b\n', 'a,b\n1,x\n1,x\n'])
      await withTable(text, async (engine, table) => {
        const { duplicates, objects, findings } = await report(engine, table);
        expect(duplicates.exact).toBe(text.length > 5 ? 1 : 0);
        expect(objects).toBeUndefined();
        for (const f of findings) expect(f.message).not.toMatch(/NaN|undefined|Infinity/);
      });
  });
});
