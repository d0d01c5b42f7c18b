import { printed } from './say';
import { type ColumnHistogram, type QualityReport, ROW_BLOCKS } from './report';

const WIDTH = 132;
const HEIGHT = 26;

/** A histogram as bars, square-root scaled so that tails stay visible; an SVG element without text. */
export function histogramFigure({ counts }: ColumnHistogram): string {
  const top = Math.sqrt(Math.max(1, ...counts));
  const step = WIDTH / counts.length;
  const bars = counts.map((n, i) => {
    if (n === 0) return '';
    const h = Math.max(1, (Math.sqrt(n) / top) * HEIGHT);
    return `M${(i * step).toFixed(1)} ${HEIGHT}v${(-h).toFixed(1)}h${(step - 0.6).toFixed(1)}V${HEIGHT}z`;
  });
  return `<svg class="bars" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="histogram"><path d="${bars.join('')}"/></svg>`;
}

/** One run of blocks of a row of the missingness matrix with the same share of missing values, 0…1. */
export interface MatrixCell {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** The missing values of a column by blocks of rows, equal neighbours joined; blocks without any are left out. */
export function matrixCells(missingBlocks: readonly number[], rows: number): readonly MatrixCell[] {
  const cells: MatrixCell[] = [];
  for (let b = 0; b < ROW_BLOCKS; b++) {
    // Row r is in block floor(r·BLOCKS / rows).
    const size = Math.ceil(((b + 1) * rows) / ROW_BLOCKS) - Math.ceil((b * rows) / ROW_BLOCKS);
    const share = size > 0 ? (missingBlocks[b] ?? 0) / size : 0;
    const last = cells.at(-1);
    if (share === 0) continue;
    if (last && last.to === b && last.share === share) cells[cells.length - 1] = { ...last, to: b + 1 };
    else cells.push({ from: b, to: b + 1, share });
  }
  return cells;
}

/** How dark a share of missing values is drawn: a few are seen, all are black. */
export const matrixOpacity = (share: number): number => Math.min(1, 0.18 + 0.82 * Math.sqrt(share));

const CELL = 9;
const ROW = 16;
const LABELS = 150;

/** Columns with missing values (rows of the picture) by blocks of table rows, from first to last; `label` escapes a name. */
export function matrixFigure({ columns, missingness, rows }: QualityReport, label: (name: string) => string): string {
  const shown = columns.filter((c) => missingness.columns.includes(c.name));
  const height = shown.length * ROW + 18;
  const width = LABELS + ROW_BLOCKS * CELL;
  const parts = shown.map((c, y) => {
    const cells = matrixCells(c.missingBlocks, rows).map(
      ({ from, to, share }) =>
        `<rect class="gap" x="${LABELS + from * CELL}" y="${y * ROW + 1}" width="${(to - from) * CELL - 1}" height="${ROW - 3}" opacity="${matrixOpacity(share).toFixed(2)}"/>`,
    );
    const back = `<rect class="full" x="${LABELS}" y="${y * ROW + 1}" width="${ROW_BLOCKS * CELL - 1}" height="${ROW - 3}"/>`;
    return `<text x="${LABELS - 8}" y="${y * ROW + 11}" text-anchor="end">${label(c.name)}</text>${back}${cells.join('')}`;
  });
  const axis = `<text class="dim" x="${LABELS}" y="${height - 4}">row 1</text><text class="dim" x="${width}" y="${height - 4}" text-anchor="end">row ${printed(rows)}</text>`;
  return `<svg class="matrix" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="missing values by rows">${parts.join('')}${axis}</svg>`;
}
