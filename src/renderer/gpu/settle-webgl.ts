import { GpuFailure } from './gpu-failure';
import { nextTask } from './next-task';

/** A device that has not answered for so long is taken for dead, in milliseconds: browsers' watchdogs wait as long. */
const PATIENCE = 10_000;

/**
 * Waits until a WebGL context has done its work. A killed GPU process shows in a later task only (in the same one getError and isContextLost are silent),
 * so at least one task passes.
 */
export async function settleWebGl(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  const started = performance.now();
  do {
    await nextTask();
    if (gl.isContextLost()) throw GpuFailure.lost();
    if (performance.now() - started > PATIENCE) throw new GpuFailure(`The GPU did not answer for ${PATIENCE / 1000} s.`);
  } while (fence && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED);
  if (fence) gl.deleteSync(fence);
  const error = gl.getError();
  if (error === gl.OUT_OF_MEMORY) throw new GpuFailure('The GPU is out of memory.');
  if (error === gl.CONTEXT_LOST_WEBGL) throw GpuFailure.lost();
  if (error !== gl.NO_ERROR) throw new GpuFailure(`The GPU refused a command (WebGL error 0x${error.toString(16)}).`);
}
