import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alternate, best, type BenchWorld } from '../../../src/workers/bench/bench';
import { runCli } from './run-cli';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'skysift-cli-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const world = { repetitions: 3, signal: new AbortController().signal, say: () => undefined } as unknown as BenchWorld;

describe('skysift bench', () => {
  it('runs contenders in turn, keeps every time, and lets a failing peer drop out with its reason', async () => {
    const order: string[] = [];
    const contender = (who: string, fails = false) => ({
      who,
      run: () => {
        order.push(who);
        return fails ? Promise.reject(new Error('not here')) : Promise.resolve({ seconds: order.length, check: who });
      },
    });
    const [a, b, c] = await alternate([contender('a'), contender('b', true), contender('c')], world);
    expect(order).toEqual(['a', 'b', 'c', 'a', 'c', 'a', 'c']);
    expect(a!.seconds).toEqual([1, 4, 6]);
    expect(best(a!)).toBe(1);
    expect(b).toMatchObject({ seconds: [], missing: 'not here' });
    expect(c!.seconds).toHaveLength(3);
    await expect(alternate([contender('a', true)], world)).rejects.toThrow('not here');
  });

  it('measures queries on a small catalogue and finds what a peer finds, where there is one', async () => {
    const result = await runCli(['bench', 'queries', '--rows', '20000', '--repeat', '1', '--folder', 'inputs', '--json'], folder);
    expect(result.code, result.err).toBe(0);
    const lines = result.json().measurements as { name: string; ours: { best: number; check: number }; peers: { who: string; check: unknown }[] }[];
    expect(lines.map((l) => l.name)).toEqual(['queries.density', 'queries.lasso']);
    for (const line of lines) {
      expect(line.ours.best).toBeGreaterThan(0);
      expect(line.ours.check).toBeGreaterThan(1000);
      for (const peer of line.peers) if (typeof peer.check === 'number') expect(peer.check).toBe(line.ours.check);
    }
    expect(readdirSync(join(folder, 'inputs'))).toEqual(['catalogue-20000.fits']);
    expect((await runCli(['bench', 'querie'], folder)).err).toContain('did you mean queries?');
  });

  it('convolves an image on threads, as a step with its file and in one thread alike, and as the peers do', async () => {
    const result = await runCli(['bench', 'convolve', '--rows', '2000', '--repeat', '1', '--json'], folder);
    expect(result.code, result.err).toBe(0);
    const { measurements } = result.json() as {
      measurements: { name: string; ours: { check: number }; peers: { check: number; missing?: string }[] }[];
    };
    expect(measurements.map((m) => m.name)).toEqual(['convolve.direct', 'convolve.missing', 'convolve.gaussian']);
    for (const { ours, peers } of measurements) {
      expect(peers.length).toBeGreaterThanOrEqual(2);
      for (const peer of peers) expect(Math.abs(peer.check - ours.check)).toBeLessThan(1e-3 * Math.abs(ours.check));
    }
  });

  it('lab: measures this machine, as a table, JSON and CSV', async () => {
    const lab = ['bench', 'lab', 'sum', 'sort', '--size', '64', '--repeat', '1', '--jobs', '2'];
    const result = await runCli([...lab, '--json', '--csv', 'lab.csv'], folder);
    expect(result.code, result.err).toBe(0);
    const { rows, speedUps } = result.json() as { rows: { how: string; workers: number; agrees?: boolean; missing?: string }[]; speedUps: unknown[] };
    // The processes' script is there in a build only: a row says so.
    expect(rows.map((r) => `${r.how} ${r.workers} ${r.agrees ?? r.missing?.split(' ')[0]}`)).toEqual(
      [0, 1].flatMap(() => ['threads 1 true', 'threads 2 true', 'processes 1 the', 'processes 2 the', 'gpu 1 the']),
    );
    expect(speedUps).toHaveLength(2);
    expect(readFileSync(join(folder, 'lab.csv'), 'utf8').trim().split('\n')).toHaveLength(2 + rows.length);
    expect((await runCli(lab, folder)).out).toContain('serial part');
    expect((await runCli(['bench', 'lab', 'sun'], folder)).err).toContain('did you mean sum?');
    expect((await runCli(['bench', 'lab', 'sum', '--size', 'big'], folder)).err).toContain('invalid size: NaN');
  });
});
