/**
 * Bessel function of the first kind and order 1, for |x| up to some thousand, to 1e-15 absolute: the integral (1/π) ∫₀^π cos(τ - x sin τ) dτ by the
 * trapezoidal rule, which converges faster than any power for a periodic integrand (Trefethen & Weideman 2014, SIAM Review 56, 385,
 * doi:10.1137/130932132). O(|x|).
 */
export function besselJ1(x: number): number {
  const n = Math.ceil(Math.abs(x)) + 40;
  const step = Math.PI / n;
  // The two ends, cos 0 and cos π, cancel.
  let sum = 0;
  for (let k = 1; k < n; k++) sum += Math.cos(k * step - x * Math.sin(k * step));
  return sum / n;
}
