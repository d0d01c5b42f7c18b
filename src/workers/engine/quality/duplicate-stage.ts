import type { ColumnMeta } from '../../../core/model/column';
import { MAX_LISTED } from '../../../core/quality/report';
import { HASH_PARTS, type Repeats } from '../../../core/quality/repeats';
import type { RowHashes } from '../../../core/quality/row-hash';
import type { QualityMaterial } from '../../../core/quality/material';
import { rangesOf } from '../queries/split';
import hashTask from '../tasks/quality-hash';
import repeatsTask from '../tasks/quality-repeats';
import type { QualityJob } from './quality-job';

function makeHashes(job: QualityJob): RowHashes {
  const { rows } = job.table;
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  const hashes = { high: new Uint32Array(shared(4 * rows)), low: new Uint32Array(shared(4 * rows)), use: new Uint8Array(shared(rows)) };
  return hashes;
}

async function repeatsOf(job: QualityJob, hashes: RowHashes, columns: readonly string[], isKey: boolean, say: (f: number) => void): Promise<Repeats> {
  const ranges = rangesOf(job.table.rows, job.executor.size);
  // One column after the other: each is in memory only while it is hashed.
  for (const [i, column] of columns.entries()) {
    const args = { table: await job.load([column]), column, hashes, isKey, isFirst: i === 0 };
    await job.map(
      hashTask,
      ranges.map((r) => ({ ...args, ...r })),
      (f) => say((0.7 * (i + f)) / columns.length),
    );
  }
  const pieces = job.executor.size;
  const parts = Array.from({ length: pieces }, (_, p) => Math.round((p * HASH_PARTS) / pieces));
  const found = await job.map(
    repeatsTask,
    parts.map((first, p) => ({ hashes, first, last: parts[p + 1] ?? HASH_PARTS, limit: MAX_LISTED })),
    (f) => say(0.7 + 0.3 * f),
  );
  const rows = Uint32Array.from(found.flatMap((f) => [...f.rows])).sort();
  return { count: found.reduce((n, f) => n + f.count, 0), rows };
}

/** The columns that together say which measurement a row is; undefined when nothing does. */
function keyColumns(job: QualityJob): readonly string[] | undefined {
  const { object, time, band } = job.table.roleColumns();
  if (object === undefined && time === undefined) return undefined;
  return [object, time, time === undefined ? undefined : band].filter((c) => c !== undefined);
}

/** Rows that repeat an earlier one in all columns of the file, and in the key columns; none of an image. */
export async function findDuplicates(
  job: QualityJob,
  columns: readonly ColumnMeta[],
  share: number,
): Promise<Pick<QualityMaterial, 'exact' | 'key'>> {
  // Pixels of one value are no copies of each other.
  if (job.table.meta.image) return { exact: { count: 0, rows: new Uint32Array(0) } };
  const hashes = makeHashes(job);
  const own = columns.filter((c) => c.origin === undefined || c.origin === 'file').map((c) => c.name);
  const exact = await job.stage(0.7 * share, 'exact duplicates', (say) => repeatsOf(job, hashes, own, false, say));
  const key = keyColumns(job);
  if (!key) return { exact };
  const repeated = await job.stage(0.3 * share, `duplicates by ${key.join(', ')}`, (say) => repeatsOf(job, hashes, key, true, say));
  return { exact, key: { ...repeated, columns: key } };
}
