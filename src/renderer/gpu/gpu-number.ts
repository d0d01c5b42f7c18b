/** Stands for a missing result: GPUs may take NaN for another number, and no result of float32 data is so large. */
export const NO_RESULT = 3e38;

/** Whether a number is finite; NaN stands for missing. */
export const isThere = (v: number): boolean => v - v === 0;

/** The numbers of a device in float64, with what stands for missing as NaN, plus what was taken off before. */
export function fromDevice(values: Float32Array, level = 0, out = new Float64Array(values.length), at = 0): Float64Array {
  for (let i = 0; i < values.length; i++) out[at + i] = values[i]! > 1e38 ? NaN : values[i]! + level;
  return out;
}
