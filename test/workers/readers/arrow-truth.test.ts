import { gunzipSync } from 'node:zlib';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/core/model/column';
import { AppError } from '../../../src/core/protocol/outcome';
import { openSource } from '../../../src/workers/readers/registry';
import { cells, readAll, truthFiles } from './truth';

const signal = new AbortController().signal;

function text(cell: Cell): string {
  return cell === undefined ? 'null' : typeof cell === 'number' && Object.is(cell, -0) ? '0' : String(cell);
}

interface GoldColumn {
  readonly name: string;
  readonly VALIDITY: readonly number[];
  readonly DATA: readonly (string | number)[];
}

interface Gold {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly dictionary?: { readonly id: number } }[] };
  readonly dictionaries?: readonly { readonly id: number; readonly data: { readonly columns: readonly GoldColumn[] } }[];
  readonly batches: readonly { readonly columns: readonly GoldColumn[] }[];
}

/** Apache's integration files come with the same table as JSON: the values by which ours are judged. */
function gold(path: string): Map<string, (string | undefined)[]> | undefined {
  const file = path.replace(/\.(arrow_file|stream)$/, '.json.gz');
  if (!existsSync(file)) return undefined;
  const json = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Gold;
  const ids = new Map(json.schema.fields.map((f) => [f.name, f.dictionary?.id]));
  const entries = new Map((json.dictionaries ?? []).map((d) => [d.id, d.data.columns[0]!]));
  const out = new Map<string, (string | undefined)[]>();
  for (const batch of json.batches)
    for (const c of batch.columns) {
      if (!c.DATA) continue;
      const id = ids.get(c.name);
      const entry = id === undefined ? undefined : entries.get(id);
      // A row that points at a null entry of a dictionary has no value either.
      const cell = (i: number): string | undefined =>
        !entry ? String(c.DATA[i]) : entry.VALIDITY[Number(c.DATA[i])] ? String(entry.DATA[Number(c.DATA[i])]) : undefined;
      const values = c.VALIDITY.map((v, i) => (v ? cell(i) : undefined));
      out.set(c.name, [...(out.get(c.name) ?? []), ...values]);
    }
  return out;
}

describe('arrow', () => {
  for (const { name, path, truth } of truthFiles('arrow')) {
    it(name, async () => {
      const opened = await openSource(path, { signal }).catch((error: unknown) => error);
      if (opened instanceof Error) {
        expect(opened).toBeInstanceOf(AppError);
        expect(opened.message).toMatch(/^[^\n]{10,300}$/);
        expect((opened as AppError).fields.code).toBe('unsupported');
        return;
      }
      const source = opened as Awaited<ReturnType<typeof openSource>>;
      const [table] = source.tables;
      const columns = await readAll(table!, 7);
      await source.close();
      if (truth.columns) {
        expect(table!.rows).toBe(truth.n_rows);
        expect(table!.columns.map((c) => c.name)).toEqual(truth.columns.map((c) => c.name));
        // The truth counts rows without an index as null, but not rows whose dictionary entry is null: those the gold values judge.
        for (const c of truth.columns)
          if (!/dictionary/.test(name)) expect.soft(cells(columns.get(c.name!)!).filter((v) => v === undefined).length, c.name!).toBe(c.n_null ?? 0);
      }
      const values = gold(path);
      expect(values, 'gold JSON').toBeDefined();
      for (const [column, want] of values!) {
        const own = columns.get(column);
        if (!own || own.meta.description?.includes('decimal') || /decimal/.test(name)) continue;
        const got = cells(own).map((v) => (v === undefined ? undefined : text(v)));
        const isNumber = own.meta.type.startsWith('float');
        const wanted = want.map((w) =>
          w === undefined
            ? undefined
            : isNumber
              ? String(own.meta.type === 'float32' ? Math.fround(Number(w)) : Number(w))
              : own.meta.type === 'bool'
                ? String(w === 'true' || w === '1')
                : w,
        );
        const nearly = isNumber
          ? got.map((g, i) =>
              g !== undefined && wanted[i] !== undefined && Math.abs(Number(g) - Number(wanted[i])) <= 1e-3 * Math.max(1, Math.abs(Number(g)))
                ? wanted[i]
                : g,
            )
          : got;
        expect.soft(nearly, column).toEqual(wanted);
      }
    });
  }
  it('reads what it must: primitives, texts, dictionaries, compressed batches', async () => {
    const read: string[] = [];
    for (const { name, path } of truthFiles('arrow')) {
      const opened = await openSource(path, { signal }).catch(() => undefined);
      if (opened) read.push(name);
      await opened?.close();
    }
    if (read.length === 0) return;
    const wanted = /generated_(primitive|primitive_zerolength|dictionary|dictionary_unsigned|duration|decimal\d+|lz4|zstd)\.(arrow_file|stream)$/;
    const expected = truthFiles('arrow')
      .map((f) => f.name)
      .filter((n) => wanted.test(n) && !n.includes('bigendian'));
    expect(read).toEqual(expect.arrayContaining(expected));
    expect(read.filter((n) => n.endsWith('.json.gz'))).toEqual([]);
  });
});

const broken = truthFiles('arrow_broken');

describe.skipIf(broken.length === 0)('arrow_broken', () => {
  for (const { name, path } of broken) {
    it(name, async () => {
      const started = performance.now();
      const memory = process.memoryUsage().arrayBuffers;
      const attempt = async (): Promise<void> => {
        const source = await openSource(path, { signal });
        try {
          for (const table of source.tables) await readAll(table);
        } finally {
          await source.close();
        }
      };
      await expect(attempt()).rejects.toBeInstanceOf(AppError);
      expect(performance.now() - started).toBeLessThan(1000);
      expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(64 * 2 ** 20);
    });
  }
});
