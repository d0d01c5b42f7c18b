/**
 * The two factors of an array that is an outer product, values[y * width + x] = y[y] x[x] to 1e-14 of its largest value; undefined when it is none.
 * The row and the column through the largest value are the factors, when there are any. O(pixels).
 */
export function separate(values: Float64Array, width: number, height: number): { x: Float64Array; y: Float64Array } | undefined {
  let pivot = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[pivot]!)) pivot = i;
  const largest = values[pivot]!;
  if (largest === 0 || !Number.isFinite(largest)) return undefined;
  const column = pivot % width;
  const row = (pivot - column) / width;
  const x = Float64Array.from({ length: width }, (_, i) => values[row * width + i]! / largest);
  const y = Float64Array.from({ length: height }, (_, j) => values[j * width + column]!);
  const tolerance = 1e-14 * Math.abs(largest);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) if (!(Math.abs(values[j * width + i]! - y[j]! * x[i]!) <= tolerance)) return undefined;
  return { x, y };
}
