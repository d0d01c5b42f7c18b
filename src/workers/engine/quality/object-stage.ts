import { isNumeric } from '../../../core/model/column';
import { ObjectIndex, type ObjectIndexData } from '../../../core/query/object-index';
import type { Epochs } from '../../../core/quality/epochs';
import { joinProfiles, type ObjectColumns, type ObjectProfiles } from '../../../core/quality/object-profile';
import type { ObjectMaterial, QualityMaterial } from '../../../core/quality/material';
import type { TableData } from '../../../core/query/table-view';
import gapsTask from '../tasks/quality-gaps';
import objectsTask from '../tasks/quality-objects';
import redundancyTask from '../tasks/quality-redundancy';
import type { QualityJob } from './quality-job';

/** More objects than these are not compared with each other on the sky. */
const MAX_ON_SKY = 3_000_000;
const DEGREES = /^(deg|degrees?|°)?$/i;

function columnsOf(job: QualityJob, profiles: QualityMaterial['profiles']): ObjectColumns {
  const roles = job.table.roleColumns();
  const { columns } = job.table.meta;
  const numeric = (name: string | undefined): string | undefined => (columns.some((c) => c.name === name && isNumeric(c.type)) ? name : undefined);
  const isAngle = [roles.ra, roles.dec].every((name) => DEGREES.test(columns.find((c) => c.name === name)?.unit?.trim() ?? ''));
  const sentinels: Record<string, readonly number[]> = {};
  for (const [name, p] of profiles) if (p.kind === 'numbers' && p.sentinels.length > 0) sentinels[name] = p.sentinels.map((s) => s.stored);
  return {
    time: numeric(roles.time),
    value: numeric(roles.value),
    error: numeric(roles.error),
    ...(isAngle ? { ra: numeric(roles.ra), dec: numeric(roles.dec) } : {}),
    sentinels,
  };
}

/** Objects in runs of about the same number of rows. */
function objectRanges({ starts, count }: ObjectIndexData, pieces: number): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  const total = starts[count]!;
  for (let from = 0; from < count;) {
    const aim = (total * (ranges.length + 1)) / pieces;
    let to = from + 1;
    while (to < count && starts[to]! < aim) to++;
    if (ranges.length === pieces - 1) to = count;
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

async function profile(
  job: QualityJob,
  data: TableData,
  columns: ObjectColumns,
  times: Float64Array,
  say: (f: number) => void,
): Promise<ObjectProfiles> {
  const pieces = data.rows < 50_000 ? 1 : 4 * job.executor.size;
  const args = { table: data, columns, times };
  const parts = await job.map(
    objectsTask,
    objectRanges(data.objects!, pieces).map((r) => ({ ...args, ...r })),
    say,
  );
  return joinProfiles(parts);
}

/** Each object by itself, then beside the others: gaps that those observed with it do not have, other identifiers at its place. */
export async function lookAtObjects(
  job: QualityJob,
  index: ObjectIndexData | undefined,
  profiles: QualityMaterial['profiles'],
  options: { readonly radius: number; readonly remarks: string[] },
  share: number,
): Promise<ObjectMaterial | undefined> {
  if (!index || index.count === 0) return undefined;
  const columns = columnsOf(job, profiles);
  const names = [columns.time, columns.value, columns.error, columns.ra, columns.dec].filter((n) => n !== undefined);
  const data = await job.load(names, index);
  const times = new Float64Array(new SharedArrayBuffer(columns.time === undefined ? 0 : 8 * data.rows));
  const found = await job.stage(0.8 * share, `${index.count} objects`, (say) => profile(job, data, columns, times, say));
  const objects = new ObjectIndex(index);
  const nameless = objects.find('');
  if (nameless >= 0) found.ra[nameless] = found.dec[nameless] = NaN;
  const epochs = columns.time === undefined ? undefined : { times, starts: index.starts, counts: found.epochs };
  return job.stage(0.2 * share, 'objects beside each other', async () => {
    const beside = await compareObjects(job, data, columns, found, epochs, options);
    return { count: index.count, id: (o) => objects.id(o), profiles: found, ...beside, ...ends(epochs, index.count) };
  });
}

function ends(epochs: Epochs | undefined, count: number): Pick<ObjectMaterial, 'firstEpoch' | 'lastEpoch'> {
  const at = (o: number, k: number): number => (epochs && epochs.counts[o]! > 0 ? epochs.times[epochs.starts[o]! + k]! : NaN);
  const all = (k: (o: number) => number): Float64Array => Float64Array.from({ length: count }, (_, o) => at(o, k(o)));
  return { firstEpoch: all(() => 0), lastEpoch: all((o) => Math.max(0, (epochs?.counts[o] ?? 1) - 1)) };
}

async function compareObjects(
  job: QualityJob,
  data: TableData,
  columns: ObjectColumns,
  { cadence, ra, dec }: ObjectProfiles,
  epochs: Epochs | undefined,
  { radius, remarks }: { readonly radius: number; readonly remarks: string[] },
): Promise<Pick<ObjectMaterial, 'gaps' | 'judged' | 'groups' | 'gapRows'>> {
  const isOnSky = columns.ra !== undefined && columns.dec !== undefined && ra.length <= MAX_ON_SKY;
  if (columns.ra !== undefined && !isOnSky) remarks.push(`more than ${MAX_ON_SKY} objects: they were not compared with each other on the sky`);
  const [gaps, pairs] = await Promise.all([
    epochs && columns.time !== undefined && ra.length > 1 && ra.length <= MAX_ON_SKY
      ? job.run(gapsTask, { table: data, time: columns.time, field: { ...epochs, cadence, ra, dec } })
      : undefined,
    isOnSky ? job.run(redundancyTask, { ra, dec, radius, epochs }) : undefined,
  ]);
  if (pairs && !pairs.isComplete) remarks.push('more than 200 000 pairs of objects lie within the radius: the list of them is not complete');
  return { gaps: gaps?.gaps ?? [], judged: gaps?.judged ?? 0, gapRows: gaps?.rows ?? [], groups: pairs?.groups ?? [] };
}
