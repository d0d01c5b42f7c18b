interface Term {
  readonly p: number;
  readonly q: number;
  readonly factor: number;
}

/** What is added to pixel offsets before the linear part of the coordinates. */
export interface SipPolynomials {
  readonly a: readonly Term[];
  readonly b: readonly Term[];
}

const MAX_ORDER = 9;

/** The polynomials of the Simple Imaging Polynomial convention (Shupe et al. 2005, ASP Conf. Ser. 347, 491): A_p_q and B_p_q up to their orders. */
export function sipOf(number: (key: string) => number | undefined): SipPolynomials {
  const terms = (name: 'A' | 'B'): Term[] => {
    const order = Math.min(MAX_ORDER, number(`${name}_ORDER`) ?? 0);
    const out: Term[] = [];
    for (let p = 0; p <= order; p++)
      for (let q = 0; p + q <= order; q++) {
        const factor = number(`${name}_${p}_${q}`);
        if (factor !== undefined && factor !== 0) out.push({ p, q, factor });
      }
    return out;
  };
  return { a: terms('A'), b: terms('B') };
}

/** Offsets from CRPIX in pixels, corrected. */
export function sipShift({ a, b }: SipPolynomials, u: number, v: number): [number, number] {
  const sum = (terms: readonly Term[]): number => terms.reduce((s, { p, q, factor }) => s + factor * u ** p * v ** q, 0);
  return [u + sum(a), v + sum(b)];
}
