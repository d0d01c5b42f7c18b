import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSource } from '../../../src/workers/readers/registry';
import { cells, readAll } from '../readers/truth';
import type { BatchSpec } from '../../../src/core/operations/runner';

/** A real light curve and the period that the literature gives it. */
export interface RealCurve {
  readonly name: string;
  readonly type: string;
  readonly period: number;
  readonly spec: BatchSpec;
}

type Row = readonly [time: number, value: number, error: number, band: string];

async function rowsOf(path: string, pick: (row: readonly unknown[]) => Row | undefined): Promise<Row[]> {
  const source = await openSource(path, { signal: new AbortController().signal });
  const columns = [...(await readAll(source.tables[0]!)).values()].map(cells);
  await source.close();
  return columns[0]!.flatMap((_, i) => {
    const row = pick(columns.map((c) => c[i]));
    return row && Number.isFinite(row[0]) && Number.isFinite(row[1]) ? [row] : [];
  });
}

function curveOf(name: string, type: string, period: number, rows: readonly Row[]): RealCurve {
  const hasErrors = rows.every((r) => r[2] > 0);
  const columns = {
    time: rows.map((r) => r[0]),
    value: rows.map((r) => r[1]),
    band: rows.map((r) => r[3]),
    ...(hasErrors ? { error: rows.map((r) => r[2]) } : {}),
  };
  return { name, type, period, spec: { columns, units: { time: 'd', value: 'mag' } } };
}

const catalogued =
  (band: string) =>
  (row: readonly unknown[]): Row => [Number(row[0]), Number(row[1]), Number(row[2]), band];

/** Every real light curve of a pulsating star whose period is known: RR Lyrae of Stripe 82, OGLE's Cepheids in I and V, three bright Cepheids. */
export async function realCurves(data: string): Promise<RealCurve[]> {
  const known = JSON.parse(readFileSync(join(data, 'truth/periods.json'), 'utf8')) as { file: string; catalogue_period_d?: number; type?: string }[];
  const out: RealCurve[] = [];
  for (const { file, catalogue_period_d: period, type = 'Cepheid' } of known) {
    if (!period) continue;
    if (file.startsWith('s82')) {
      const rows = await rowsOf(join(data, file), (r) => (Number(r[2]) > 0 ? [Number(r[0]), Number(r[1]), Number(r[2]), String(r[3])] : undefined));
      out.push(curveOf(file, type, period, rows));
      continue;
    }
    const rows: Row[] = [];
    for (const band of ['I', 'V']) {
      const path = join(data, file.replace('.I.', `.${band}.`));
      if (existsSync(path)) rows.push(...(await rowsOf(path, catalogued(band))));
    }
    out.push(curveOf(file, type, period, rows));
  }
  // The README's: observers of the AAVSO, mostly by eye, without errors.
  const folder = join(data, 'asassn_asas_aavso');
  const eta = await rowsOf(join(folder, 'eta_aql_aavso_all.csv'), (r) => [Number(r[0]), Number(r[1]), 0, String(r[4])]);
  out.push(curveOf('eta_aql_aavso_all.csv', 'Cepheid', 7.176779, eta));
  const delta = await rowsOf(join(folder, 'delta_cep_orig.simple'), (r) => {
    const [time = '', value = ''] = String(r[0]).trim().split(/\s+/);
    return Number(time) > 2e6 ? [Number(time), Number(value), 0, 'Visual'] : undefined;
  });
  out.push(curveOf('delta_cep_orig.simple', 'Cepheid', 5.366266, delta));
  const tu = await rowsOf(join(folder, 'TUCas_2453500_2453850.tsv'), (r) => [Number(r[0]), Number(r[1]), 0, String(r[4])]);
  out.push(curveOf('TUCas_2453500_2453850.tsv', 'double-mode Cepheid', 2.139303, tu));
  return out;
}
