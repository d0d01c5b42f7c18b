import type { FigureImage } from './figure';

/** Shades between dark and bright. */
const SHADES = 12;

/** A place in the picture. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const px = (v: number): string => String(Math.round(v * 100) / 100);

/** Value of the given rank among those that are there: 0 = smallest, 1 = largest. */
function quantile(values: readonly number[], rank: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.round(rank * (sorted.length - 1))] ?? 0;
}

/** Runs of pixels of one shade, as one path in units of pixels; y counts downwards from the upper edge. */
function runs({ width, height }: FigureImage, shadeOf: (i: number) => number, shade: number): string {
  const path: string[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (shadeOf(y * width + x) !== shade) continue;
      const from = x;
      while (x + 1 < width && shadeOf(y * width + x + 1) === shade) x++;
      path.push(`M${from} ${height - 1 - y}h${x + 1 - from}v1h-${x + 1 - from}z`);
    }
  return path.join('');
}

/** Images side by side as SVG text, all with the shades of the first: black at its 2nd percentile, white at its 99th, missing pixels red. */
export function imageSvg(images: readonly FigureImage[], place: Place): string {
  const low = quantile(images[0]!.values, 0.02);
  const high = quantile(images[0]!.values, 0.99);
  const gap = 14;
  const each = (place.width - gap * (images.length - 1)) / images.length;
  return images
    .map((image, k) => {
      const scale = Math.min(each / image.width, place.height / image.height);
      const x = place.x + k * (each + gap);
      const shadeOf = (i: number): number => {
        const v = image.values[i]!;
        return Number.isFinite(v) ? Math.max(0, Math.min(SHADES - 1, Math.floor((SHADES * (v - low)) / (high - low)))) : -1;
      };
      const paths = Array.from({ length: SHADES + 1 }, (_, s) => s - 1).flatMap((shade) => {
        const path = runs(image, shadeOf, shade);
        const grey = Math.round((255 * shade) / (SHADES - 1));
        return path === '' ? [] : [`<path d="${path}" fill="${shade < 0 ? '#c8321f' : `rgb(${grey},${grey},${grey})`}"/>`];
      });
      const words = `<text x="${px(x)}" y="${px(place.y + scale * image.height + 14)}" font-size="11" font-family="sans-serif" fill="var(--dim, #596779)">${image.title}</text>`;
      return `<g transform="translate(${px(x)} ${px(place.y)}) scale(${px(scale)})" shape-rendering="crispEdges">\n${paths.join('\n')}\n</g>\n${words}`;
    })
    .join('\n');
}
