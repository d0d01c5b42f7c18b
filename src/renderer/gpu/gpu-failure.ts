/** Why a GPU was not used, or its numbers were not: the message is one sentence for people. */
export class GpuFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GpuFailure';
  }

  /** Of a device that went while it worked. */
  static lost(): GpuFailure {
    return new GpuFailure('The GPU was lost while it worked (its driver or the browser reset it).');
  }

  static from(error: unknown): GpuFailure {
    if (error instanceof GpuFailure) return error;
    const said = error instanceof Error ? error.message : String(error);
    return new GpuFailure(`The GPU failed: ${said.replace(/\s+/g, ' ').slice(0, 200)}.`.replace(/\.+$/, '.'), { cause: error });
  }
}
