import type { Outcome } from '../../../src/core/protocol/outcome';
import type { CallContext } from '../../../src/core/protocol/rpc';
import type { Step } from '../../../src/core/recipe/recipe';
import { type Engine, type EngineOptions, createEngine } from '../../../src/workers/engine/engine';
import { localHost } from '../../../src/workers/engine/local-host';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';

export function context(signal: AbortSignal = new AbortController().signal, progress: CallContext['progress'] = () => undefined): CallContext {
  return { signal, progress };
}

/** The value of an outcome; a failure becomes the test's failure, in its own words. */
export function ok<T>(outcome: Outcome<T>): T {
  if ('ok' in outcome) return outcome.ok;
  throw new Error(
    'failed' in outcome ? `${outcome.failed.message} (${outcome.failed.hint ?? ''}) during ${outcome.failed.during ?? '?'}` : 'cancelled',
  );
}

export interface TestEngine extends Engine {
  readonly folder: string;
}

/** An engine over a folder of its own, without threads. */
export async function testEngine(folder: string, options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const engine = createEngine({ host: localHost(), executor: new InlineExecutor(), folder, ...options });
  await engine.service.openWorkspace({ grant: folder }, context());
  return { ...engine, folder };
}

let serial = 0;
export function step(op: string, params: Record<string, unknown> = {}, more: Partial<Step> = {}): Step {
  return { id: `s${++serial}`, op, version: 1, params, bind: {}, scope: 'table', enabled: true, ...more };
}
