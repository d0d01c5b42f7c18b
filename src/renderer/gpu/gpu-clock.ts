/** Where the time of a computation on a device goes, in milliseconds. */
export class GpuClock {
  uploadMs = 0;
  computeMs = 0;
  readBackMs = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  async upload<T>(work: () => Promise<T>): Promise<T> {
    const [result, ms] = await this.time(work);
    this.uploadMs += ms;
    return result;
  }

  /** Also gives the milliseconds of this part. */
  async compute<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
    const timed = await this.time(work);
    this.computeMs += timed[1];
    return timed;
  }

  async readBack<T>(work: () => Promise<T>): Promise<T> {
    const [result, ms] = await this.time(work);
    this.readBackMs += ms;
    return result;
  }

  private async time<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
    const started = this.now();
    const result = await work();
    return [result, this.now() - started];
  }
}
