import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../src/core/protocol/main-service';
import { RestartPolicy } from '../../src/main/restart-policy';
import { Supervisor, type Worker } from '../../src/main/supervisor';

/** A process made of three callbacks. */
class FakeWorker implements Worker<string> {
  readonly posted: unknown[] = [];
  isKilled = false;
  spawn: () => void = () => undefined;
  exit: (code: number | undefined) => void = () => undefined;
  constructor(readonly pid: number) {}
  post = (message: unknown, port: string): void => void this.posted.push([message, port]);
  onSpawn = (listener: () => void): void => void (this.spawn = listener);
  onExit = (listener: (code: number | undefined) => void): void => void (this.exit = listener);
  kill = (): void => void (this.isKilled = true);
}

function setUp() {
  const workers: FakeWorker[] = [];
  const states: EngineState[] = [];
  const timers: { ms: number; action: () => void }[] = [];
  const counts = { equipped: 0, abandoned: 0 };
  let now = 0;
  const supervisor = new Supervisor<string>({
    fork: () => {
      const worker = new FakeWorker(workers.length + 1);
      workers.push(worker);
      return worker;
    },
    equip: () => void counts.equipped++,
    abandon: () => void counts.abandoned++,
    onState: (s) => void states.push(s),
    setTimer: (ms, action) => void timers.push({ ms, action }),
    policy: new RestartPolicy(() => now),
  });
  const crash = (): void => {
    workers.at(-1)!.exit(9);
    timers.at(-1)!.action();
    workers.at(-1)!.spawn();
  };
  return { supervisor, workers, states, timers, counts, crash, pass: (ms: number) => void (now += ms) };
}

describe('the supervisor', () => {
  test('equips an engine before any page, and connects pages that came earlier', async () => {
    const { supervisor, workers, states, counts } = setUp();
    supervisor.start();
    const connected = supervisor.connect(() => 'port');
    expect(workers[0]!.posted).toEqual([]);
    workers[0]!.spawn();
    await connected;
    expect(counts.equipped).toBe(1);
    expect(workers[0]!.posted).toEqual([[{ kind: 'connect' }, 'port']]);
    expect(states.map((s) => s.state)).toEqual(['starting', 'ready']);
  });

  test('restarts at once, then after 0.5 s, then after 2 s, then not at all', () => {
    const { supervisor, workers, states, timers, counts, crash } = setUp();
    supervisor.start();
    workers[0]!.spawn();
    for (let k = 0; k < 3; k++) crash();
    expect(timers.map((t) => t.ms)).toEqual([0, 500, 2000]);
    workers.at(-1)!.exit(9);
    expect(timers).toHaveLength(3);
    expect(counts.abandoned).toBe(4);
    expect(states.at(-1)).toEqual({
      state: 'failed',
      message: expect.stringMatching(/stopped \(code 9\) four times within a minute.*press Restart/),
    });
  });

  test('counts the crashes of the last minute only', () => {
    const { supervisor, workers, timers, crash, pass } = setUp();
    supervisor.start();
    workers[0]!.spawn();
    for (let k = 0; k < 6; k++) {
      crash();
      pass(61_000);
    }
    expect(timers.map((t) => t.ms)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('refuses connections after it gave up, and starts again when asked', async () => {
    const { supervisor, workers, crash } = setUp();
    supervisor.start();
    workers[0]!.spawn();
    for (let k = 0; k < 3; k++) crash();
    const waiting = supervisor.connect(() => 'early');
    workers.at(-1)!.exit(undefined);
    await waiting;
    await expect(supervisor.connect(() => 'port')).rejects.toMatchObject({ fields: { code: 'engine-lost' } });
    supervisor.restart();
    const connected = supervisor.connect(() => 'port');
    workers.at(-1)!.spawn();
    await connected;
    expect(workers.at(-1)!.posted).toEqual([[{ kind: 'connect' }, 'port']]);
  });

  test('replaces a hanging engine by hand without counting that as a crash', () => {
    const { supervisor, workers, states, timers } = setUp();
    supervisor.start();
    workers[0]!.spawn();
    supervisor.restart();
    expect(workers[0]!.isKilled).toBe(true);
    workers[0]!.exit(15);
    workers[1]!.spawn();
    expect(states.map((s) => s.state)).toEqual(['starting', 'ready', 'lost', 'starting', 'ready']);
    expect(timers).toEqual([]);
  });

  test('ends with its window: nothing restarts, whoever waits is told', async () => {
    const { supervisor, workers, states, timers, counts } = setUp();
    supervisor.start();
    const waiting = supervisor.connect(() => 'port');
    supervisor.dispose();
    expect(workers[0]!.isKilled).toBe(true);
    expect(counts.abandoned).toBe(1);
    await expect(waiting).rejects.toMatchObject({ fields: { code: 'engine-lost' } });
    workers[0]!.exit(15);
    supervisor.start();
    expect(workers).toHaveLength(1);
    expect(timers).toEqual([]);
    expect(states.map((s) => s.state)).toEqual(['starting']);
  });
});
