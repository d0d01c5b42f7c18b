const STEP = 16;
const FIRST = 8;

/** The lecture's image: 1 at every 16th pixel of every 16th row, from pixel 8, into a square of zeros. */
export function fillDeltas(image: Float64Array, side: number): Float64Array {
  for (let y = FIRST; y < side; y += STEP) for (let x = FIRST; x < side; x += STEP) image[y * side + x] = 1;
  return image;
}
