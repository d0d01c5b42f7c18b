import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What is installed here to compare with. */
export interface Peers {
  /** A Python that has numpy and astropy, and the versions. */
  readonly python?: { readonly command: string; readonly versions: string } | undefined;
  readonly stilts?: { readonly command: string; readonly version: string } | undefined;
}

/** Looks for a Python with astropy and for STILTS; what is missing is left out. */
export async function findPeers(): Promise<Peers> {
  let python: Peers['python'];
  for (const command of ['/usr/bin/python3', 'python3']) {
    try {
      const { stdout } = await execute(command, ['-c', 'import numpy, astropy; print("astropy", astropy.__version__, "numpy", numpy.__version__)'], {
        timeout: 60_000,
      });
      python = { command, versions: stdout.trim() };
      break;
    } catch {
      // the next one may have it
    }
  }
  let stilts: Peers['stilts'];
  try {
    const { stdout } = await execute('stilts', ['-version'], { timeout: 60_000 });
    stilts = { command: 'stilts', version: /STILTS version (\S+)/.exec(stdout)?.[1] ?? 'unknown' };
  } catch {
    // not installed
  }
  return { python, stilts };
}

/** Runs a command to its end; resolves to what it printed. Aborting ends it. */
function runToEnd(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err.trim().split('\n').at(-1) ?? `exit ${code}`))));
  });
}

/** What Python runs before the clock starts (imports, arrays in memory), while it runs, and the expression looked at when it has stopped. */
export interface PythonScript {
  readonly setup: string;
  readonly work: string;
  readonly check: string;
}

/** Seconds of one Python measurement, and its check value. */
export async function timePython(command: string, script: PythonScript, signal: AbortSignal): Promise<{ seconds: number; check: unknown }> {
  const body = `import time, json\n${script.setup}\n_start = time.perf_counter()\n${script.work}\n_end = time.perf_counter()\nprint(json.dumps([_end - _start, ${script.check}]))\n`;
  const [seconds, check] = JSON.parse((await runToEnd(command, ['-c', body], signal)).trim().split('\n').at(-1)!) as [number, unknown];
  return { seconds, check };
}

/** Seconds of one STILTS command, its start-up included. */
export async function timeStilts(command: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const started = performance.now();
  await runToEnd(command, args, signal);
  return (performance.now() - started) / 1000;
}
