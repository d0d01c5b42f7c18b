import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { injectSteps, transitTemplate } from '../../../src/core/numerics/inject';
import { recoveredDepthSteps } from '../../../src/core/numerics/recover-signal';
import { std } from '../../../src/core/numerics/robust';
import { drain } from '../../../src/core/numerics/steps';
import { openSource } from '../../../src/workers/readers/registry';
import { sharedData } from '../../shared-data';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

const data = sharedData();
const file = (name: string): string => join(data!, 'kepler_tess', name);
const KEPLER_CBV = 'kplr2011073133259-q08-d25_lcbv.fits';
const TESS_CBV = 'tess2019085135100-s0010-2-4-0140-s_cbv.fits';

/** The pipeline's optimal aperture of KIC 8462852 in quarter 8, from its file's APERTURE extension (3 = collected and optimal). */
const APERTURE = [
  '11111111111',
  '11111111111',
  '11133331111',
  '11133331111',
  '11133331111',
  '11113333111',
  '11113333111',
  '11111333311',
  '11111133111',
  '11111111111',
].join('');

/** Columns of a table of a real file; cells of fixed lists one after the other. */
async function columnsOf<N extends string>(path: string, table: string | undefined, names: readonly N[]): Promise<Record<N, number[]>> {
  const { signal } = new AbortController();
  const source = await openSource(path, { signal });
  const found = source.tables.find((t) => table === undefined || t.name === table)!;
  const parts = Object.fromEntries(names.map((n) => [n, [] as number[]])) as Record<N, number[]>;
  for await (const batch of found.read({ chunkRows: 65536, columns: names, signal }))
    for (const n of names) for (const v of batch.chunks.get(n)!.data) parts[n].push(Number(v));
  await source.close();
  return parts;
}

const csv = (columns: Readonly<Record<string, readonly number[]>>): string => {
  const entries = Object.entries(columns);
  const lines = entries[0]![1].map((_, i) => entries.map(([, v]) => (Number.isFinite(v[i]) ? String(v[i]) : '')).join(','));
  return `${[entries.map(([n]) => n).join(','), ...lines].join('\n')}\n`;
};

/** Simple aperture photometry of the real pixels: what the pipeline's SAP_FLUX is. */
async function keplerCurve(): Promise<Record<string, number[]>> {
  const tpf = await columnsOf(file('test-tpf-kplr-tabby-100-cadences.fits'), undefined, ['TIME', 'CADENCENO', 'FLUX', 'FLUX_ERR']);
  const pixels = [...APERTURE].flatMap((c, i) => (c === '3' ? [i] : []));
  const sums = tpf.TIME.map((_, row) => pixels.reduce((s, p) => s + tpf.FLUX[row * APERTURE.length + p]!, 0));
  const errors = tpf.TIME.map((_, row) => Math.sqrt(pixels.reduce((s, p) => s + tpf.FLUX_ERR[row * APERTURE.length + p]! ** 2, 0)));
  return { TIME: tpf.TIME, CADENCENO: tpf.CADENCENO, SAP_FLUX: sums, SAP_FLUX_ERR: errors };
}

/**
 * No TESS light curve among the real files shares a sector with the real basis vectors. So the values and errors of a real one (pi Mensae, sector 1, 100
 * cadences in their own order) are put on the cadences of the vectors (sector 10), and systematics made of the real vectors with known coefficients are
 * added. The vectors are MultiScale band 2: within the 100 cadences of the file the SingleScale ones are constant.
 */
async function tessCurve(): Promise<Record<string, number[]>> {
  const real = await columnsOf(file('test-lc-tess-pimen-100-cadences.fits'), undefined, ['SAP_FLUX', 'SAP_FLUX_ERR']);
  const vectors = ['VECTOR_1', 'VECTOR_2', 'VECTOR_3'] as const;
  const cbv = await columnsOf(file(TESS_CBV), 'CBV.multiscale-band-2.2.4', ['TIME', 'CADENCENO', ...vectors]);
  const level = real.SAP_FLUX.find(Number.isFinite)!;
  const added = cbv.TIME.map((_, i) => level * (0.9 * cbv.VECTOR_1[i]! - 0.6 * cbv.VECTOR_2[i]! + 0.4 * cbv.VECTOR_3[i]!));
  return { TIME: cbv.TIME, CADENCENO: cbv.CADENCENO, SAP_FLUX: real.SAP_FLUX.map((v, i) => v + added[i]!), SAP_FLUX_ERR: real.SAP_FLUX_ERR };
}

const ROLES = ['--role', 'time=TIME', 'value=SAP_FLUX', 'error=SAP_FLUX_ERR'];

/** Runs the command; the report and the new column of its output. */
async function cotrend(folder: string, curve: Record<string, number[]>, words: readonly string[]) {
  await writeFile(join(folder, 'lc.csv'), csv(curve));
  const done = await runCli(['run', 'trends.cbv', 'lc.csv', ...words, ...ROLES, '-o', 'out.csv', '--json'], folder);
  expect(done.code, done.err).toBe(0);
  const [names, ...lines] = (await readFile(join(folder, 'out.csv'), 'utf8')).trim().split(/\r?\n/);
  const at = names!.split(',').indexOf('SAP_FLUX_detrended');
  const detrended = Float64Array.from(lines, (line) => (line.split(',')[at] === '' ? NaN : Number(line.split(',')[at])));
  return { report: done.json(), detrended };
}

const scatter = (values: Float64Array | number[]): number => {
  const finite = Float64Array.from(values).filter((v) => v === v);
  return std(finite);
};

describe.runIf(data)('co-trending on real light curves', () => {
  it.each([
    { mission: 'Kepler', curve: keplerCurve, words: ['--with', KEPLER_CBV, '--channel', '16.4'], scatterRatio: 0.3 },
    {
      mission: 'TESS',
      curve: tessCurve,
      words: ['--with', TESS_CBV, '--channel', '2.4', '--kind', 'MultiScale.2', '--vectors', '3'],
      scatterRatio: 0.5,
    },
  ])('of $mission lowers the systematics and keeps a 1 % transit', async ({ mission, curve, words, scatterRatio }) => {
    const given = words.map((w) => (w.endsWith('.fits') ? file(w) : w));
    const real = await curve();
    const times = Float64Array.from(real['TIME']!);
    const low = Math.min(...times.filter(Number.isFinite));
    const high = Math.max(...times.filter(Number.isFinite));
    // Not the transit the step tries by itself: two of them, elsewhere.
    const shape = { period: (high - low) / 2.3, epoch: low + 0.29 * (high - low), duration: Math.min(0.15, (high - low) / 14), flank: 0.15 };
    const injected = drain(injectSteps(times, Float64Array.from(real['SAP_FLUX']!), transitTemplate(shape), 0.01, 'flux'));
    await withFolder(async (folder) => {
      const plain = await cotrend(folder, real, given);
      const withTransit = await cotrend(folder, { ...real, SAP_FLUX: [...injected] }, given);
      const use = Uint8Array.from(plain.detrended, (v) => (v === v ? 1 : 0));
      const depthOf = (values: Float64Array): number => drain(recoveredDepthSteps(times, values, use, shape)).depth;
      const expected = depthOf(injected) - depthOf(Float64Array.from(real['SAP_FLUX']!));
      const kept = (depthOf(withTransit.detrended) - depthOf(plain.detrended)) / expected;
      const [result] = plain.report.results;
      const [before, after] = [scatter(real['SAP_FLUX']!), scatter(plain.detrended)];
      const numbers = [result.systematics_before, result.systematics_after, result.transit_kept, kept, before, after].map((v) =>
        Number(v.toPrecision(4)),
      );
      console.info(
        `${mission}: systematics ${numbers[0]} → ${numbers[1]}, transit kept ${numbers[2]} (another one ${numbers[3]}), std ${numbers[4]} → ${numbers[5]}`,
      );
      expect(plain.report.columns).toEqual(['SAP_FLUX_trend', 'SAP_FLUX_detrended']);
      expect(result.aligned_by).toBe('cadence');
      expect(result.systematics_before).toBeGreaterThan(0);
      expect(result.systematics_after).toBeLessThan(0.2 * result.systematics_before);
      expect(after).toBeLessThan(scatterRatio * before);
      expect(result.transit_kept).toBeGreaterThan(0.9);
      expect(kept).toBeGreaterThan(0.9);
    });
  });

  it.each([
    ['kplr011442793-2009350155506_llc.fits', KEPLER_CBV, /of quarter 3, the basis vectors are of quarter 8 \(open the basis vectors of quarter 3/],
    ['tess2019032160000-s0008-0000000413248763-0136-s_lc.fits', TESS_CBV, /of channel 2\.3, the basis vectors are of 2\.4/],
    ['tess2019032160000-s0008-0000000413248763-0136-s_lc.fits', KEPLER_CBV, /of telescope TESS, the basis vectors are of telescope Kepler/],
  ])('refuses %s with %s', async (curve, cbv, message) => {
    await withFolder(async (folder) => {
      const done = await runCli(['run', 'trends.cbv', file(curve), '--with', file(cbv), '--role', 'value=SAP_FLUX'], folder);
      expect(done.code).toBe(1);
      expect(done.err).toMatch(message);
    });
  });

  it('takes another sector when told to, and says that nothing overlaps', async () => {
    await withFolder(async (folder) => {
      const curve = file('tess2019032160000-s0008-0000000413248763-0136-s_lc.fits');
      const words = ['run', 'trends.cbv', curve, '--with', file(TESS_CBV), '--allow-mismatch', '--role', 'value=SAP_FLUX', '--json'];
      const done = await runCli(words, folder);
      expect(done.code, done.err).toBe(0);
      expect(JSON.stringify(done.json().alerts)).toContain('no usable row lies on the basis vectors');
    });
  });
});
