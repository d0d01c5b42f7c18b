/**
 * Light-curve shapes of the sample survey, our own simple forms, each a function of phase in [0, 1). Values are magnitudes in units of
 * the amplitude: 0 is brightest, 1 is faintest. Phase 0 is maximum light for pulsators and mid-eclipse for eclipsers.
 */

const cosineStep = (x: number): number => 0.5 * (1 - Math.cos(Math.PI * x));

/** RR Lyrae of type ab: a slow exponential decline, a small bump before minimum, a steep rise over `rise` of the period. */
export function rrab(phase: number, rise: number): number {
  const turn = 1 - rise;
  if (phase >= turn) return 1 - cosineStep((phase - turn) / rise);
  const x = phase / turn;
  const bump = (x - 0.82) / 0.05;
  return (1 - Math.exp(-2.6 * x)) / (1 - Math.exp(-2.6)) - 0.05 * Math.exp(-0.5 * bump * bump) * (1 - x) * 5;
}

/** RR Lyrae of type c: nearly a sinusoid, rising a little faster than it declines. */
export function rrc(phase: number, rise: number): number {
  return phase < 1 - rise ? cosineStep(phase / (1 - rise)) : 1 - cosineStep((phase - (1 - rise)) / rise);
}

/** One eclipse centred on phase 0: a trapezoid of full width `width` (in phase) whose ingress takes `ingress` of the half width. */
export function eclipse(phase: number, width: number, ingress: number): number {
  const distance = Math.abs(phase > 0.5 ? phase - 1 : phase) / (width / 2);
  if (distance >= 1) return 0;
  const flat = 1 - ingress;
  return distance <= flat ? 1 : cosineStep((1 - distance) / ingress);
}

/** Detached (EA): two narrow eclipses, the secondary `secondary` times as deep, at phase 0.5. */
export function detached(phase: number, width: number, secondary: number): number {
  return eclipse(phase, width, 0.7) + secondary * eclipse((phase + 0.5) % 1, width, 0.7);
}

/** Semi-detached (EB): tidal distortion all around the orbit and two broad eclipses. */
export function semiDetached(phase: number, width: number, secondary: number): number {
  const tidal = 0.125 * (1 + Math.cos(4 * Math.PI * phase));
  return tidal + 0.75 * (eclipse(phase, width, 1) + secondary * eclipse((phase + 0.5) % 1, width, 1));
}

/** A transit: limb darkening makes the bottom round, 0.85 at second contact to 1 in the middle. */
export function transit(phase: number, width: number): number {
  const distance = Math.abs(phase > 0.5 ? phase - 1 : phase) / (width / 2);
  if (distance >= 1) return 0;
  if (distance > 0.8) return (0.85 * (1 - distance)) / 0.2;
  return 0.85 + 0.15 * Math.sqrt(1 - (distance / 0.8) ** 2);
}

/** Long-period variable: faster up than down, with cycles of unequal height (`cycle` counts periods since the epoch). */
export function longPeriod(phase: number, rise: number, cycle: number, wobble: number): number {
  const height = 1 + wobble * Math.sin(1.7 * cycle + 0.4);
  return 1 - height * (1 - rrc(phase, rise));
}
