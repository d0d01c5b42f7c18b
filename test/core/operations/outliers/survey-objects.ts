import { makeSurvey } from '../../../../src/core/sample/survey';
import type { SurveyTable } from '../../../../src/core/sample/table-data';

/** The detections of one identifier of the sample survey, and the truth about each. */
export interface SurveyObject {
  readonly type: string;
  readonly columns: Readonly<Record<'time' | 'value' | 'error' | 'quality', Float64Array>> & { readonly band: readonly string[] };
  /** What was planted, empty for most. */
  readonly effects: readonly string[];
  /** `transit`, `eclipse` or `flare` where the star was in one. */
  readonly events: readonly string[];
}

const decoder = new TextDecoder();

function read(table: SurveyTable): (name: string) => number[] | string[] {
  const { chunks } = [...table.batches(table.meta.rows)][0]!;
  return (name) => {
    const { data, offsets, length } = chunks.get(name)!;
    if (!offsets) return Array.from(data as ArrayLike<number | bigint>, Number);
    return Array.from({ length }, (_, i) => decoder.decode((data as Uint8Array).slice(offsets[i], offsets[i + 1])));
  };
}

/** Every object of the survey of that seed, in the order of its detections. */
export function surveyObjects(seed?: number): readonly SurveyObject[] {
  const survey = makeSurvey(seed);
  const [detections, truth, planted] = [read(survey.detections), read(survey.truth), read(survey.planted)];
  const numbers = (name: string): number[] => detections(name) as number[];
  const [id, mjd, mag, magerr, quality] = [numbers('objid'), numbers('mjd'), numbers('mag'), numbers('magerr'), numbers('quality')];
  const band = detections('band') as string[];
  const rows = planted('row') as number[];
  const effectOf = new Map((planted('effect') as string[]).map((effect, k) => [rows[k]!, effect]));
  const [ids, types] = [truth('objid') as number[], truth('type') as string[]];
  const [period, epoch, width, counts] = ['period', 'epoch', 'width', 'rows'].map((name) => truth(name) as number[]) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const index = new Map(ids.map((v, i) => [v, i]));
  const objects: SurveyObject[] = [];
  for (let from = 0; from < id.length;) {
    const i = index.get(id[from]!)!;
    const to = from + counts[i]!;
    const own = Array.from({ length: to - from }, (_, k) => from + k);
    const effects = own.map((row) => effectOf.get(row) ?? '');
    const events = own.map((row, k) => {
      if (effects[k] === 'flare') return 'flare';
      if (!(width[i]! > 0)) return '';
      const turns = (mjd[row]! - epoch[i]!) / period[i]!;
      const phase = turns - Math.floor(turns);
      const isTransit = types[i] === 'transit';
      const isIn = Math.min(phase, 1 - phase) < width[i]! / 2 || (!isTransit && Math.abs(phase - 0.5) < width[i]! / 2);
      return isIn ? (isTransit ? 'transit' : 'eclipse') : '';
    });
    const columns = {
      time: Float64Array.from(own, (row) => mjd[row]!),
      value: Float64Array.from(own, (row) => mag[row]!),
      error: Float64Array.from(own, (row) => magerr[row]!),
      quality: Float64Array.from(own, (row) => quality[row]!),
      band: own.map((row) => band[row]!),
    };
    objects.push({ type: types[i]!, columns, effects, events });
    from = to;
  }
  return objects;
}
