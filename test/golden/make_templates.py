"""Golden values of template fits, nested harmonics and O-C parabolas.

python test/golden/make_templates.py writes test/golden/templates.json (astropy 8.0.1, numpy 2.4.6, scipy 1.17.1). Template fits have no library: here
each band's level and amplitude are found by numpy's lstsq on the curves themselves, and the phase by a fine grid and scipy's bounded minimisation.
"""
import json
import os
import re

import astropy
import numpy as np
import scipy
from astropy.timeseries import LombScargle
from scipy.optimize import minimize_scalar

from common import plain

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20260904)

text = open(os.path.join(here, "../../src/core/numerics/rrlyrae-shapes.ts")).read()
shapes = []
for block in re.findall(r"\{\s*name: '[^}]*\}", text):
    lists = [[float(x) for x in part.split(",") if x.strip()] for part in re.findall(r"\[([^\]]*)\]", block)]
    shapes.append((re.search(r"name: '(\w+)'", block).group(1), *map(np.array, lists)))


def curve(shape, phase):
    _, a, b = shape
    m = np.arange(1, len(a) + 1)
    return np.cos(2 * np.pi * np.outer(phase, m)) @ a + np.sin(2 * np.pi * np.outer(phase, m)) @ b


def chi2(bands, shape, frequency, origin, shift):
    """Chi-square and amplitudes of the bands (brightness up, shapes faintness up, so the amplitude is minus the coefficient)."""
    total, amplitudes = 0.0, []
    for t, y, e in bands:
        T = curve(shape, (t - origin) * frequency + shift)
        w = 1 / e
        c, *_ = np.linalg.lstsq(np.column_stack([np.ones_like(T), T]) * w[:, None], y * w, rcond=None)
        if c[1] > 0:
            c = np.array([np.average(y, weights=w**2), 0.0])
        total += np.sum(((y - c[0] - c[1] * T) * w) ** 2)
        amplitudes.append(-c[1])
    return total, amplitudes


def best_fit(bands, frequency, origin):
    null = sum(np.sum(((y - np.average(y, weights=1 / e**2)) / e) ** 2) for _, y, e in bands)
    best = (np.inf,)
    for k, shape in enumerate(shapes):
        grid = np.arange(800) / 800
        values = [chi2(bands, shape, frequency, origin, g)[0] for g in grid]
        g = grid[int(np.argmin(values))]
        r = minimize_scalar(lambda s: chi2(bands, shape, frequency, origin, s)[0], bounds=(g - 1 / 800, g + 1 / 800), method="bounded", options={"xatol": 1e-12})
        if r.fun < best[0]:
            best = (r.fun, k, r.x % 1)
    value, k, shift = best
    return {"frequency": frequency, "shape": k, "score": 1 - value / null, "shift": shift, "amplitudes": chi2(bands, shapes[k], frequency, origin, shift)[1]}


def star(n, period, shape, amplitude, sigma):
    t = np.round(np.sort(np.concatenate([rng.uniform(53200, 53260, n // 2), rng.uniform(53570, 53640, n - n // 2)])), 5)
    e = np.round(rng.uniform(0.5, 1.5, n) * sigma, 5)
    y = np.round(-(16.2 + amplitude * curve(shape, t / period)) + e * rng.normal(size=n), 5)
    return t, y, e


bands = [star(40, 0.61, shapes[1], 0.9, 0.03), star(32, 0.61, shapes[1], 0.6, 0.02), star(25, 0.61, shapes[1], 0.45, 0.04)]
origin = float(bands[0][0][0])
fits = [best_fit(bands, f, origin) for f in (1 / 0.61, 1 / 0.6103, 1 / 0.38, 2.7234, 4.9)]
few = [star(9, 0.33, shapes[3], 0.5, 0.02)]
few_fits = [best_fit(few, f, float(few[0][0][0])) for f in (1 / 0.33, 1.11, 3.9)]

t, y, e = bands[0]
nested = [
    {"frequency": f, "powers": [float(LombScargle(t, y, e, nterms=k).power(f, method="chi2")) for k in range(1, 9)]}
    for f in (1 / 0.61, 0.3, 1.0027, 3.77)
]

cycle = np.round(np.linspace(-40, 1800, 9))
error = np.round(rng.uniform(0.5, 2, 9) * 0.004, 5)
delay = np.round(0.01 + 3e-5 * cycle - 2e-8 * cycle**2 + error * rng.normal(size=9), 6)
coefficients, covariance = np.polyfit(cycle, delay, 2, w=1 / error, cov="unscaled")
residual = (delay - np.polyval(coefficients, cycle)) / error
parabola = {
    "cycle": cycle,
    "delay": delay,
    "error": error,
    "coefficients": coefficients[::-1],
    "sigma": np.sqrt(covariance[0, 0] * max(1, np.sum(residual**2) / 6)),
    "chi2": np.sum(residual**2),
}

out = {
    "made": {"astropy": astropy.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "bands": [{"time": b[0], "value": b[1], "error": b[2]} for b in bands],
    "fits": fits,
    "few": {"time": few[0][0], "value": few[0][1], "error": few[0][2]},
    "few_fits": few_fits,
    "nested": nested,
    "parabola": parabola,
}
with open(os.path.join(here, "templates.json"), "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
