import type { ColumnMeta } from '../model/column';
import type { Flag } from '../model/flag';
import { QUALITY_BITS } from './observe';

/** Columns of the sample survey's three tables, with units, UCDs and roles. */
export const DETECTION_COLUMNS: readonly ColumnMeta[] = [
  { name: 'objid', type: 'int64', ucd: 'meta.id;meta.main', description: 'object identifier of the survey', role: 'object' },
  { name: 'ra', type: 'float64', unit: 'deg', ucd: 'pos.eq.ra;meta.main', description: 'right ascension (ICRS)', role: 'ra' },
  { name: 'dec', type: 'float64', unit: 'deg', ucd: 'pos.eq.dec;meta.main', description: 'declination (ICRS)', role: 'dec' },
  { name: 'mjd', type: 'float64', unit: 'd', ucd: 'time.epoch', description: 'mid-exposure, modified Julian date', role: 'time' },
  { name: 'band', type: 'utf8', ucd: 'instr.bandpass', description: 'filter: g, r or i', role: 'band' },
  {
    name: 'mag',
    type: 'float64',
    unit: 'mag',
    ucd: 'phot.mag',
    description: 'AB magnitude; 99.99 and -99.99 where the photometry failed',
    role: 'value',
  },
  { name: 'magerr', type: 'float32', unit: 'mag', ucd: 'stat.error;phot.mag', description: 'one standard deviation of mag', role: 'error' },
  { name: 'quality', type: 'int32', ucd: 'meta.code.qual', description: 'quality bits; 0 is good', role: 'quality' },
];

export const TRUTH_COLUMNS: readonly ColumnMeta[] = [
  { name: 'objid', type: 'int64', ucd: 'meta.id;meta.main', description: 'object identifier, as in the detections', role: 'object' },
  { name: 'ra', type: 'float64', unit: 'deg', ucd: 'pos.eq.ra;meta.main', description: 'right ascension (ICRS)', role: 'ra' },
  { name: 'dec', type: 'float64', unit: 'deg', ucd: 'pos.eq.dec;meta.main', description: 'declination (ICRS)', role: 'dec' },
  { name: 'type', type: 'utf8', ucd: 'src.class', description: 'what the star is' },
  { name: 'period', type: 'float64', unit: 'd', ucd: 'time.period', description: 'true period; missing where there is none' },
  {
    name: 'epoch',
    type: 'float64',
    unit: 'd',
    ucd: 'time.epoch',
    description: 'MJD of maximum light (pulsators) or of mid-eclipse; missing without a period',
  },
  ...['g', 'r', 'i'].map((band): ColumnMeta => ({
    name: `mag_${band}`,
    type: 'float64',
    unit: 'mag',
    ucd: 'phot.mag',
    description: `magnitude at brightest phase in ${band}, outside flares`,
  })),
  ...['g', 'r', 'i'].map((band): ColumnMeta => ({
    name: `amplitude_${band}`,
    type: 'float64',
    unit: 'mag',
    ucd: 'src.var.amplitude',
    description: `full amplitude, or depth of the primary eclipse, in ${band}`,
  })),
  { name: 'width', type: 'float64', description: 'width of the eclipse or transit as a fraction of the period' },
  { name: 'trend', type: 'float64', unit: 'mag/yr', description: 'slow drift planted in the magnitudes' },
  { name: 'gap_start', type: 'float64', unit: 'd', description: 'MJD from which detections were taken out; missing where none were' },
  { name: 'gap_end', type: 'float64', unit: 'd', description: 'MJD up to which detections were taken out' },
  { name: 'flares', type: 'int32', description: 'number of flares' },
  { name: 'duplicate_of', type: 'int64', description: 'the other identifier of the same star; null for almost all' },
  { name: 'rows', type: 'int32', ucd: 'meta.number', description: 'detections of this identifier' },
];

export const PLANTED_COLUMNS: readonly ColumnMeta[] = [
  { name: 'row', type: 'int32', ucd: 'meta.record', description: 'row of the detections table, from 0' },
  { name: 'objid', type: 'int64', ucd: 'meta.id', description: 'object identifier, as in the detections', role: 'object' },
  { name: 'mjd', type: 'float64', unit: 'd', ucd: 'time.epoch', description: 'mid-exposure, modified Julian date', role: 'time' },
  { name: 'band', type: 'utf8', ucd: 'instr.bandpass', description: 'filter: g, r or i', role: 'band' },
  { name: 'effect', type: 'utf8', ucd: 'meta.code', description: 'what was planted in this row' },
  { name: 'mag_clean', type: 'float64', unit: 'mag', ucd: 'phot.mag', description: 'the magnitude without the effect', role: 'value' },
];

/** The quality bits as flags of the file: information until a step says otherwise. */
export const DETECTION_FLAGS: readonly Flag[] = QUALITY_BITS.map((q) => ({
  name: q.name,
  author: { kind: 'file' },
  description: q.description,
  bits: { column: 'quality', bit: q.bit },
}));
