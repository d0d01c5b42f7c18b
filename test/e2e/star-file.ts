import { writeFileSync } from 'node:fs';
import { tableFromArrays, tableToIPC } from 'apache-arrow';

/** Of the star that `writeStar` makes, in the unit of its time. */
export const STAR_PERIOD = 0.5683;

/** Its magnitude without noise. */
export function starAt(time: number): number {
  const angle = (2 * Math.PI * time) / STAR_PERIOD;
  return 15 + 0.4 * Math.sin(angle) + 0.15 * Math.sin(2 * angle);
}

/** An Arrow file with a pulsating star of so many points, with some noise, at uneven times over four years. */
export function writeStar(path: string, points: number): void {
  let state = 12345;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const time = Float64Array.from({ length: points }, () => 1460 * random()).sort();
  const mag = time.map((t) => starAt(t) + 0.05 * (random() + random() - 1));
  writeFileSync(path, tableToIPC(tableFromArrays({ time, mag }), 'file'));
}
