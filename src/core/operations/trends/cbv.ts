import { Type } from '@sinclair/typebox';
import { type RidgeDesign, RidgeSystem } from '../../numerics/least-squares';
import { inBlocks, part } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { alignSteps, cadenceColumn, type CbvAlign } from '../cbv-align';
import { CBV_KINDS, type CbvKind, card, pickCbvTables, vectorColumns } from '../cbv-tables';
import { overfitSteps, systematicsSteps, transitKeptSteps } from '../cotrend-scores';
import { type Batch, type Context, type ResultValue, defineOperation } from '../definition';
import { choice, transitMaskParams, trendParams } from '../params';
import { clipFitParams, type Regressed, type RegressionParams, regressionSteps, takeOutSteps } from '../regression-kernel';
import { trendColumns } from '../detrended-columns';

interface Vectors {
  readonly names: readonly string[];
  /** The chosen vectors at the rows of the light curve. */
  readonly columns: readonly Float64Array[];
  /** All vectors of the tables, the chosen among them: what systematics are measured by. */
  readonly all: readonly Float64Array[];
  readonly by: string;
}

/** Which of a table's vectors are asked for: the first so many, or those of the list. */
function isChosen(vectors: number | readonly number[], number: number, position: number): boolean {
  return typeof vectors === 'number' ? position < vectors : vectors.includes(number);
}

function checkVectors(kind: string, numbers: readonly number[], vectors: number | readonly number[], context: Context): void {
  if (typeof vectors === 'number') {
    if (vectors > numbers.length) context.alert({ severity: 'info', message: `${kind} has ${numbers.length} vectors: all of them are used` });
    return;
  }
  const absent = vectors.find((v) => !numbers.includes(v));
  if (absent !== undefined)
    throw new AppError({ code: 'invalid-argument', message: `invalid vectors: ${absent} (${kind} has ${numbers.join(', ')})`, hint: 'name others' });
}

function* vectorsOf(input: Batch, vectors: number | readonly number[], align: CbvAlign, context: Context): Generator<Progress, Vectors> {
  const tables = input.companion;
  if (!tables || tables.length === 0)
    throw new AppError({
      code: 'invalid-argument',
      message: 'no basis vectors are given',
      hint: 'open a file of co-trending basis vectors beside this table',
    });
  const [names, columns, all, ways]: [string[], Float64Array[], Float64Array[], Set<string>] = [[], [], [], new Set()];
  for (const [t, table] of tables.entries()) {
    const found = vectorColumns(table.meta);
    checkVectors(
      table.meta.name,
      found.map((v) => v.number),
      vectors,
      context,
    );
    if (card(table.meta.header, 'CBVVALID') === '0')
      context.alert({ severity: 'warning', message: `${table.meta.name} is marked as not valid by the pipeline (CBVVALID 0)` });
    const { aligner, by } = yield* alignSteps(input, table, align);
    ways.add(by);
    for (const [position, { number, name }] of found.entries()) {
      const column = yield* part(aligner(name), (t + position / found.length) / tables.length, (t + (position + 1) / found.length) / tables.length);
      all.push(column);
      if (!isChosen(vectors, number, position)) continue;
      names.push(`${table.meta.name} ${name}`);
      columns.push(column);
    }
  }
  return { names, columns, all, by: [...ways].join(' and ') };
}

/** What the fit did: the measures of over- and under-fitting and what it leaves of a transit. */
function* scores(
  input: Batch,
  vectors: Vectors,
  fitted: Regressed,
  params: RegressionParams,
  context: Context,
): Generator<Progress, Record<string, ResultValue>> {
  const values = input.role('value')!;
  const errors = input.role('error');
  const residuals = new Float64Array(values.length);
  const mask = new Uint8Array(values.length);
  const preparing = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      residuals[i] = values[i]! - fitted.model[i]!;
      if (fitted.weights[i]! > 0) mask[i] = 1;
    }
  });
  yield* part(preparing, 0, 0.05);
  const design: RidgeDesign = { columns: vectors.all, weights: fitted.weights, precision: vectors.all.map(() => 0) };
  const system = yield* part(RidgeSystem.prepareSteps(design), 0.05, 0.2);
  const before = yield* part(systematicsSteps(design, system, values), 0.2, 0.3);
  const after = yield* part(systematicsSteps(design, system, residuals), 0.3, 0.4);
  const over = errors ? yield* part(overfitSteps(input.role('time')!, values, residuals, errors, mask), 0.4, 0.7) : NaN;
  const kept = yield* part(transitKeptSteps(input, vectors.columns, fitted, params, mask), 0.7, 1);
  if (over < 0.5)
    context.alert({
      severity: 'warning',
      message: 'over-fitted: the correction adds noise as large as the errors',
      hint: 'use fewer vectors, or a larger alpha',
    });
  if (kept < 0.9)
    context.alert({
      severity: 'warning',
      message: 'the fit takes more than a tenth of a 1 % transit away',
      hint: 'use fewer vectors, a larger alpha, or mask the transits',
    });
  if (after > 0.5 * before)
    context.alert({
      severity: 'warning',
      message: 'under-fitted: more than half of what the basis vectors explain is still there',
      hint: 'use more vectors, or a smaller alpha',
    });
  return { systematics_before: before, systematics_after: after, overfit_score: over, transit_kept: kept };
}

export default defineOperation({
  id: 'trends.cbv',
  version: 1,
  title: 'Co-trending (CBV)',
  summary: 'Take out the systematics that many Kepler or TESS stars share, with the basis vectors of their channel.',
  help: `Fits co-trending basis vectors (CBV) and a constant to the values and takes the fit out. The vectors come from a second file: those that MAST publishes for each Kepler or K2 channel and quarter, and each TESS sector, camera and CCD. In the window open it beside the light curve; on the command line give it with --with FILE. The tables that fit the light curve are found by the headers: telescope, quarter, campaign or sector, and channel (MODULE and OUTPUT, or CAMERA and CCD). Vectors of another one are refused unless you allow a mismatch. Any table with columns VECTOR_1, VECTOR_2 … can be used.

Rows are matched by cadence number where both sides have CADENCENO (and are both of long or both of short cadence); otherwise the vectors are interpolated in time with monotonic cubics (PCHIP), as lightkurve does. They are never matched by position. Rows in a gap of the vectors have no trend. Kepler's vectors count MJD at the spacecraft, light curves barycentric dates: up to eight minutes apart.

The fit is lightkurve's correct_gaussian_prior: least squares with weights 1/error², a Gaussian prior of σ = median(error) / √alpha on each coefficient (the constant is free), residuals clipped at 5 σ, five fits. vectors is how many of the vectors are used, from the first, of each kind; or a list of their numbers. SingleScale is the usual kind; TESS also has MultiScale vectors in three bands of time scales and Spike vectors for short events.

The result are <value>_trend (the model less its median) and <value>_detrended, whose level is that of the values, and four numbers for each light curve:

systematics before and after are the standard deviation of what all vectors of the tables explain, chance subtracted, in the unit of the values. After is not 0: vectors that were not fitted, clipped points and alpha leave something. Much of it left is under-fitting. lightkurve's own under-fitting score compares with 30 neighbouring stars; they are not in the file, so it is not given here.

The over-fitting score is lightkurve's: 1 is good; 0.5 and less means that the correction put in noise as large as the errors. Needs errors.

The transit kept is the share of the depth of a 1 % transit (three hours, three times, put into this light curve) that survives the same fit: the least of three tries at different places.

Traps: use SAP_FLUX, not PDCSAP_FLUX, which is co-trended already. A star whose own slow variability looks like a vector loses it: compare several numbers of vectors, mask deep transits, raise alpha.`,
  cite: 'Smith et al. 2012, PASP 124, 1000, doi:10.1086/667697; Stumpe et al. 2012, PASP 124, 985, doi:10.1086/667698; Stumpe et al. 2014, PASP 126, 100, doi:10.1086/674989; lightkurve CBVCorrector',
  params: Type.Object(
    {
      vectors: Type.Union([Type.Integer({ minimum: 1, maximum: 100 }), Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 })], {
        title: 'Vectors',
        description: 'One number: how many, from the first, of each kind. Several: the vectors of these numbers.',
        default: 8,
        origin: 'lightkurve',
      }),
      kind: choice(CBV_KINDS, {
        title: 'Kind',
        description:
          'SingleScale: the usual ones. TESS also: MultiScale in bands of time scales (1 long … 3 short; MultiScale is all), Spike for short events.',
        default: 'SingleScale',
        origin: 'lightkurve',
      }),
      alpha: Type.Number({
        title: 'Alpha',
        description: 'How strongly the coefficients are held towards 0: their prior is median(error) / √alpha wide. 0 = not at all.',
        default: 1e-20,
        minimum: 0,
        origin: 'lightkurve',
        slider: [1e-4, 1e4],
      }),
      apply: trendParams.apply,
      ...clipFitParams,
      align: choice(['auto', 'cadence', 'time'], {
        more: true,
        title: 'Align by',
        description: 'auto: cadence number where both sides have it, else time (interpolated).',
        default: 'auto',
        origin: 'lightkurve',
      }),
      channel: Type.String({
        more: true,
        title: 'Channel',
        description: 'Where the header does not say: Kepler channel (56) or module.output (16.4), TESS camera.ccd (2.4). Empty = by the header.',
        default: '',
      }),
      allowMismatch: Type.Boolean({
        more: true,
        title: 'Allow mismatch',
        description: 'Take vectors of another quarter, sector or channel all the same.',
        default: false,
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  companion: {
    title: 'Basis vectors',
    description: 'A file of co-trending basis vectors of Kepler, K2 (…_lcbv.fits) or TESS (…_cbv.fits), from MAST.',
    pick: ({ kind, channel, allowMismatch }: { kind: CbvKind; channel: string; allowMismatch: boolean }, tables, of) =>
      pickCbvTables({ kind, channel, allowMismatch }, tables, of),
  },
  *kernel(input, params, context) {
    if (/^PDCSAP_FLUX$/i.test(input.nameOf('value') ?? ''))
      context.alert({ severity: 'warning', message: 'PDCSAP_FLUX is co-trended already', hint: 'bind SAP_FLUX' });
    const vectors = yield* part(vectorsOf(input, params.vectors, params.align, context), 0, 0.15);
    const fitted = yield* part(regressionSteps(input, vectors, params, context), 0.15, 0.6);
    if (input.length > 0 && fitted.points === 0)
      context.alert({
        severity: 'warning',
        message: 'no usable row lies on the basis vectors',
        hint: 'check quarter or sector, and the cadence numbers or times',
      });
    const columns = yield* part(takeOutSteps(input, fitted.model, params.apply, context), 0.6, 0.7);
    const measured = yield* part(scores(input, vectors, fitted, params, context), 0.7, 1);
    const result = { points: fitted.points, clipped: fitted.clipped, vectors: vectors.names.length, aligned_by: vectors.by, ...measured };
    return { columns, results: [result] };
  },
  examples: [
    {
      title: 'A shared drift goes; matched by time, not by row',
      columns: { time: [1, 2, 3, 5, 6], value: [101, 102, 103, 105, 106], error: [1, 1, 1, 1, 1] },
      companion: [{ name: 'CBV', columns: { TIME: [0, 1, 2, 3, 4, 5, 6, 7], VECTOR_1: [-0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7] } }],
      params: { vectors: 1 },
      expect: { columns: { value_trend: [-2, -1, 0, 2, 3], value_detrended: [103, 103, 103, 103, 103] } },
    },
  ],
  figure: { params: { vectors: 2 } },
  produces: ({ apply }, nameOf) => ({ columns: trendColumns(apply, nameOf) }),
  needs: (_params, columns = []) => {
    const cadence = cadenceColumn(columns);
    return cadence === undefined ? [] : [cadence];
  },
  describe: ({ vectors, kind, alpha, apply }) => {
    const which = typeof vectors === 'number' ? `${vectors} vectors` : `vectors ${vectors.join(', ')}`;
    return `${which} of ${kind}${alpha > 1e-12 ? `, alpha ${alpha}` : ''}, ${apply}`;
  },
});
