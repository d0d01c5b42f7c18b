import type { GpuArray } from './gpu-device';
import type { Residents } from './gpu-program';

/** At most this many numbers stay: 256 MiB. */
const MOST = 2 ** 26;

/** Keeps what was used last on a device, so that a slider that moves uploads its image once. */
export class ResidentArrays implements Residents {
  private readonly kept = new Map<string, GpuArray>();

  async get(name: string, make: () => Promise<GpuArray>): Promise<GpuArray> {
    const array = this.kept.get(name) ?? (await make());
    this.kept.delete(name);
    this.kept.set(name, array);
    let length = 0;
    for (const [key, held] of [...this.kept].reverse()) {
      length += held.length;
      if (length <= MOST || key === name) continue;
      held.delete();
      this.kept.delete(key);
    }
    return array;
  }
}
