import type { HeaderCard } from '../model/table';
import { type SipPolynomials, sipOf, sipShift } from './wcs-sip';

/** From pixels to the sky. */
export interface Wcs {
  /** `RA` and `Dec`, `l` and `b`, …: the longitude first. */
  readonly names: readonly [string, string];
  /** `ICRS`, `FK5 2000`, `galactic`, … as far as the header says. */
  readonly frame: string | undefined;
  /** Longitude (0…360) and latitude in degrees of a point in pixels, counted from 0 at the centre of the first; NaN outside the projection. */
  toSky(x: number, y: number): readonly [number, number];
}

/** Why a header's world coordinates are not read out. */
export interface NoWcs {
  readonly reason: string;
}

const D2R = Math.PI / 180;

type Projection = 'TAN' | 'SIN' | 'CAR';
/** Native latitude of the point that CRVAL gives. */
const THETA0: Readonly<Record<Projection, number>> = { TAN: 90, SIN: 90, CAR: 0 };

const FRAMES: Readonly<Record<string, readonly [string, string]>> = {
  RA: ['RA', 'Dec'],
  GLON: ['l', 'b'],
  ELON: ['λ', 'β'],
  SLON: ['SGL', 'SGB'],
  HLON: ['lon', 'lat'],
};

/**
 * The celestial coordinates of an image (FITS WCS: Greisen & Calabretta 2002, A&A 395, 1061, doi:10.1051/0004-6361:20021326; Calabretta & Greisen
 * 2002, A&A 395, 1077, doi:10.1051/0004-6361:20021327): the projections TAN, SIN and CAR with CD, PC and CDELT or CROTA2, the polynomials of SIP
 * (Shupe et al. 2005). Anything else is refused with the reason: a position that is nearly right is worse than none.
 */
export function wcsOf(cards: readonly HeaderCard[]): Wcs | NoWcs {
  const values = new Map(cards.map((c) => [c.key, c.value]));
  const text = (key: string): string => String(values.get(key) ?? '').trim();
  const number = (key: string): number | undefined => {
    const v = values.get(key);
    return typeof v === 'number' && Number.isFinite(v) ? v : undefined;
  };
  const types = [text('CTYPE1'), text('CTYPE2')].map((t) => /^([A-Z]{1,4})-+([A-Z]{3})(-SIP)?$/.exec(t));
  const [first, second] = types;
  if (!first || !second) return { reason: noSky(text('CTYPE1'), text('CTYPE2')) };
  const isLatitude = types.map((t) => t![1] === 'DEC' || t![1]!.endsWith('LAT'));
  if (isLatitude[0] === isLatitude[1] || first[2] !== second[2])
    return { reason: `the axes ${text('CTYPE1')} and ${text('CTYPE2')} do not belong together` };
  const projection = first[2] as Projection;
  if (!(projection in THETA0)) return { reason: `the projection ${projection} is not read out (TAN, SIN and CAR are)` };
  const refused = refusedCards(values);
  if (refused !== undefined) return { reason: refused };
  const matrix = matrixOf(number);
  const units = [1, 2].map((i) => unitFactor(text(`CUNIT${i}`)));
  if (!matrix || matrix[0] * matrix[3] === matrix[1] * matrix[2]) return { reason: 'the header gives no scale of the pixels (CD, PC or CDELT)' };
  if (units.includes(undefined)) return { reason: `the axes are in ${text('CUNIT1')} and ${text('CUNIT2')}, which is no angle` };
  const swapped = isLatitude[0]!;
  const sip = first[3] !== undefined ? sipOf(number) : undefined;
  const lon = (number(swapped ? 'CRVAL2' : 'CRVAL1') ?? 0) * units[swapped ? 1 : 0]!;
  const lat = (number(swapped ? 'CRVAL1' : 'CRVAL2') ?? 0) * units[swapped ? 0 : 1]!;
  const rotate = rotationOf(lon, lat, THETA0[projection], number('LONPOLE'), number('LATPOLE'));
  if (!rotate) return { reason: 'the pole of its coordinates (LONPOLE, LATPOLE) is not possible' };
  const axis = swapped ? second : first;
  return {
    names: FRAMES[axis[1]!] ?? ['lon', 'lat'],
    frame: frameOf(axis[1]!, text('RADESYS') || text('RADECSYS'), number('EQUINOX') ?? number('EPOCH')),
    toSky: skyOf(
      { crpix: [number('CRPIX1') ?? 0, number('CRPIX2') ?? 0], matrix, units: units as [number, number], swapped, sip, projection },
      rotate,
    ),
  };
}

function noSky(type1: string, type2: string): string {
  if (type1 === '' && type2 === '') return 'the header gives no world coordinates';
  return `the axes are ${type1 || 'unnamed'} and ${type2 || 'unnamed'}: no position on the sky`;
}

function refusedCards(values: ReadonlyMap<string, unknown>): string | undefined {
  for (const [key, value] of values) {
    if (/^(CPDIS|D2IMDIS|CQDIS|DP|DQ|D2IM)\d/.test(key)) return 'its coordinates are corrected with lookup tables, which are not read';
    if (/^PV[12]_\d+$/.test(key) && value !== 0 && !/^PV1_[34]$/.test(key)) return `its projection has parameters (${key}), which are not read`;
    if (/^PC1_3$|^CD1_3$/.test(key) && value !== 0) return 'its axes are turned into a third one';
  }
  return undefined;
}

type Matrix = readonly [number, number, number, number];

function matrixOf(number: (key: string) => number | undefined): Matrix | undefined {
  const entries = (prefix: string): (number | undefined)[] => ['1_1', '1_2', '2_1', '2_2'].map((k) => number(`${prefix}${k}`));
  const cd = entries('CD');
  if (cd.some((v) => v !== undefined)) return cd.map((v) => v ?? 0) as unknown as Matrix;
  const [scale1, scale2] = [number('CDELT1'), number('CDELT2')];
  if (scale1 === undefined || scale2 === undefined) return undefined;
  const pc = entries('PC');
  if (pc.some((v) => v !== undefined)) {
    const [a = 1, b = 0, c = 0, d = 1] = pc;
    return [scale1 * a, scale1 * b, scale2 * c, scale2 * d];
  }
  const angle = (number('CROTA2') ?? 0) * D2R;
  return [scale1 * Math.cos(angle), -scale2 * Math.sin(angle), scale1 * Math.sin(angle), scale2 * Math.cos(angle)];
}

function unitFactor(unit: string): number | undefined {
  return { '': 1, deg: 1, degree: 1, degrees: 1, arcmin: 1 / 60, arcsec: 1 / 3600, mas: 1 / 3.6e6, rad: 180 / Math.PI }[unit.toLowerCase()];
}

function frameOf(axis: string, system: string, equinox: number | undefined): string | undefined {
  if (axis === 'GLON') return 'galactic';
  if (axis !== 'RA') return system || undefined;
  const year = equinox === undefined ? '' : ` ${equinox}`;
  if (system === '') return equinox === undefined ? undefined : `${equinox < 1984 ? 'FK4' : 'FK5'}${year}`;
  return /^FK/.test(system) ? `${system}${year}` : system;
}

/** From native to celestial coordinates, in radians in and degrees out. */
type Rotation = (phi: number, theta: number) => readonly [number, number];

/** Undefined when no pole fits (Calabretta & Greisen 2002, section 2.4). */
function rotationOf(lon: number, lat: number, theta0: number, lonpole: number | undefined, latpole = 90): Rotation | undefined {
  const phiP = lonpole ?? (lat >= theta0 ? 0 : 180);
  const pole = theta0 === 90 ? ([lon, lat] as const) : poleOf(lon, lat, phiP, latpole);
  if (!pole) return undefined;
  const [alphaP, deltaP] = pole;
  const [sinP, cosP] = [Math.sin(deltaP * D2R), Math.cos(deltaP * D2R)];
  return (phi, theta) => {
    const turn = phi - phiP * D2R;
    const [sin, cos] = [Math.sin(theta), Math.cos(theta)];
    const east = -cos * Math.sin(turn);
    const north = sin * cosP - cos * sinP * Math.cos(turn);
    const up = sin * sinP + cos * cosP * Math.cos(turn);
    const longitude = alphaP + Math.atan2(east, north) / D2R;
    return [((longitude % 360) + 360) % 360, Math.atan2(up, Math.hypot(east, north)) / D2R];
  };
}

/** Longitude and latitude of the native pole of a projection about the point (0, 0). */
function poleOf(lon: number, lat: number, phiP: number, latpole: number): readonly [number, number] | undefined {
  const [sinTurn, cosTurn] = [Math.sin(phiP * D2R), Math.cos(phiP * D2R)];
  const ratio = Math.sin(lat * D2R) / Math.abs(cosTurn);
  let delta: number;
  if (Math.abs(cosTurn) < 1e-12) {
    if (Math.abs(lat) > 1e-12) return undefined;
    delta = latpole;
  } else {
    if (Math.abs(ratio) > 1 + 1e-12) return undefined;
    const middle = Math.atan2(0, cosTurn) / D2R;
    const arc = Math.acos(Math.max(-1, Math.min(1, ratio))) / D2R;
    const possible = [middle + arc, middle - arc].map(wrapped).filter((d) => Math.abs(d) <= 90 + 1e-9);
    if (possible.length === 0) return undefined;
    delta = possible.reduce((a, b) => (Math.abs(b - latpole) < Math.abs(a - latpole) ? b : a));
  }
  if (delta >= 90 - 1e-10) return [lon + phiP - 180, 90];
  if (delta <= -90 + 1e-10) return [lon - phiP, -90];
  const [sinD, cosD] = [Math.sin(delta * D2R), Math.cos(delta * D2R)];
  const [sinLat, cosLat] = [Math.sin(lat * D2R), Math.cos(lat * D2R)];
  return [lon - Math.atan2(sinTurn / cosLat, (-sinD * sinLat) / (cosD * cosLat)) / D2R, delta];
}

const wrapped = (angle: number): number => angle - 360 * Math.round(angle / 360);

interface PixelMap {
  readonly crpix: readonly [number, number];
  readonly matrix: Matrix;
  readonly units: readonly [number, number];
  readonly swapped: boolean;
  readonly sip: SipPolynomials | undefined;
  readonly projection: Projection;
}

function skyOf({ crpix, matrix, units, swapped, sip, projection }: PixelMap, rotate: Rotation): Wcs['toSky'] {
  return (x, y) => {
    let u = x + 1 - crpix[0];
    let v = y + 1 - crpix[1];
    if (sip) [u, v] = sipShift(sip, u, v);
    const first = (matrix[0] * u + matrix[1] * v) * units[0] * D2R;
    const second = (matrix[2] * u + matrix[3] * v) * units[1] * D2R;
    const [east, north] = swapped ? [second, first] : [first, second];
    if (projection === 'CAR') return Math.abs(north) > Math.PI / 2 + 1e-12 ? [NaN, NaN] : rotate(east, north);
    const r = Math.hypot(east, north);
    if (projection === 'SIN' && r > 1) return [NaN, NaN];
    // The cosine of the latitude is r: its sine from that, not by way of acos, keeps the digits near the centre.
    const theta = projection === 'TAN' ? Math.atan2(1, r) : Math.atan2(Math.sqrt(1 - r * r), r);
    return rotate(Math.atan2(east, -north), theta);
  };
}
