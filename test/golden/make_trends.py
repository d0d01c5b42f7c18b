"""Golden values of the trends and of CDPP: numpy, scipy and from-the-paper references on uneven times with gaps, missing values, magnitudes, fluxes and
series about zero.

python3 test/golden/make_trends.py writes test/golden/trends.json (numpy 2.4.6, scipy 1.17.1).
"""
import json
import os

import numpy as np
import scipy
from scipy.interpolate import interp1d, make_lsq_spline
from scipy.signal import savgol_filter

from common import plain

rng = np.random.default_rng(20260714)


# Magnitudes: uneven nights, a season's gap, flares and dropouts, missing values, errors.
n = 150
t = np.round(np.sort(np.concatenate([rng.uniform(58000, 58090, 90), rng.uniform(58200, 58270, n - 90)])), 6)
mag = 17.3 + 0.25 * np.sin(2 * np.pi * t / 37) + 0.002 * (t - 58000) + rng.normal(0, 0.05, n)
mag[rng.choice(n, 6, replace=False)] += rng.choice([-1.5, 2.0], 6)
mag = np.round(mag, 6)
mag[[7, 44, 101]] = np.nan
err = np.round(0.03 + 0.05 * rng.random(n), 6)

# Fluxes about zero, on an even grid with a gap: transits below, values of either sign.
m = 220
k = np.arange(m + 40)
k = k[(k < 130) | (k >= 170)]
t_zero = np.round(1325.3 + k / 48, 8)
zero = np.round(3 * np.sin(k / 30) + rng.normal(0, 0.5, m) - 8 * ((k % 61) < 4), 4)

series = {"mag": (t, mag), "zero": (t_zero, zero)}


def segments(time, value, tolerance):
    """Finite points, as index arrays, cut where neighbours are further apart than the tolerance."""
    good = np.flatnonzero(np.isfinite(value))
    return np.split(good, np.flatnonzero(np.diff(time[good]) > tolerance) + 1)


def owner(time, parts, at):
    """The segment a time lies in or is nearest to; the earlier on a tie."""
    return int(np.argmin([max(time[p[0]] - at, at - time[p[-1]], 0) for p in parts]))


def running(time, value, window, tolerance, statistic):
    parts = segments(time, value, tolerance)
    result = []
    for at in time:
        part = parts[owner(time, parts, at)]
        inside = part[np.abs(time[part] - at) <= window / 2 * (1 + 1e-6)]
        result.append(statistic(inside, at) if len(inside) else np.nan)
    return result


def biweight(x, cval):
    """METHODS 3: median and raw MAD fixed, the weighted mean iterated (to its fixed point)."""
    centre = np.median(x)
    mad = np.median(np.abs(x - centre))
    if mad == 0:
        return centre
    for _ in range(3000):
        d = x - centre
        w = np.where(np.abs(d) < cval * mad, (1 - (d / (cval * mad)) ** 2) ** 2, 0)
        if w.sum() == 0:
            return centre
        step = (d * w).sum() / w.sum()
        centre += step
        if abs(step) < 1e-14 * cval * mad:
            break
    return centre


def clipped(time, value, part, fit, sigma, iterations):
    """Fits, leaves out what is beyond sigma standard deviations of the residuals, fits again."""
    kept = part
    for i in range(iterations + 1):
        curve = fit(time[kept], value[kept], time[part[0]], time[part[-1]])
        if i == iterations:
            return curve
        residual = value[kept] - curve(time[kept])
        ok = np.abs(residual - residual.mean()) <= sigma * residual.std()
        if ok.all():
            return curve
        kept = kept[ok]


def polynomial(order):
    def fit(x, y, low, high):
        return np.polynomial.Legendre.fit(x, y, order, domain=[low, high])

    return fit


def spline(spacing):
    def fit(x, y, low, high):
        wanted = max(1, int(np.floor((high - low) / spacing + 0.5)))
        breaks = [low]
        for j in range(1, wanted):
            knot = low + (high - low) * j / wanted
            if len(np.unique(x[(x >= breaks[-1]) & (x < knot)])) >= 4:
                breaks.append(knot)
        while len(breaks) > 1 and len(np.unique(x[x >= breaks[-1]])) < 4:
            breaks.pop()
        knots = np.r_[[low] * 4, breaks[1:], [high] * 4]
        curve = make_lsq_spline(x, y, knots, 3)
        return lambda at: curve(np.clip(at, low, high))

    return fit


def fitted(time, value, tolerance, reach, fit, sigma, iterations, window=0):
    parts = segments(time, value, tolerance)
    if window > 0:
        pieces = []
        for part in parts:
            span = time[part[-1]] - time[part[0]]
            count = max(1, int(np.ceil(span / window)))
            at = np.minimum(count - 1, np.floor(count * (time[part] - time[part[0]]) / span)).astype(int) if count > 1 else np.zeros(len(part), int)
            pieces += [part[at == j] for j in np.unique(at)]
        parts = pieces
    curves = [clipped(time, value, p, fit, sigma, iterations) for p in parts]
    result = []
    for at in time:
        s = owner(time, parts, at)
        near = time[parts[s][0]] - reach <= at <= time[parts[s][-1]] + reach
        result.append(float(curves[s](at)) if near else np.nan)
    return result


def lowess(time, value, window, tolerance, iterations):
    """Cleveland 1979 with windows in time: tricube weights, then bisquare weights of residuals in units of six times their median size."""
    parts = segments(time, value, tolerance)
    robust = np.ones(len(time))

    def at_time(at):
        part = parts[owner(time, parts, at)]
        d = (time[part] - at) / (window / 2 * (1 + 1e-6))
        w = np.where(np.abs(d) < 1, (1 - np.abs(d) ** 3) ** 3, 0) * robust[part]
        use = w > 0
        if not use.any():
            return np.nan
        x, y, root = d[use], value[part][use], np.sqrt(w[use])
        if len(np.unique(x)) == 1:
            return np.average(y, weights=w[use])
        a = np.stack([np.ones_like(x), x], axis=1)
        return np.linalg.lstsq(a * root[:, None], y * root, rcond=None)[0][0]

    good = np.flatnonzero(np.isfinite(value))
    for _ in range(iterations):
        residual = value[good] - np.array([at_time(at) for at in time[good]])
        scale = 6 * np.median(np.abs(residual))
        robust[good] = np.where(np.abs(residual) < scale, (1 - (residual / scale) ** 2) ** 2, 0)
    return [at_time(at) for at in time]


def flatten(time, flux, window=101, order=2, break_tolerance=5, niters=3, sigma=3):
    """METHODS 2, which read it in lightkurve's source."""
    mask = np.abs(flux - np.median(flux)) <= sigma * np.std(flux)
    for _ in range(niters):
        x, y = time[mask], flux[mask]
        dt = np.diff(x)
        cut = np.flatnonzero(dt > break_tolerance * np.median(dt)) + 1
        trend = np.zeros(len(x))
        for low, high in zip(np.r_[0, cut], np.r_[cut, len(x)]):
            if window > high - low or high - low < break_tolerance:
                trend[low:high] = np.median(y[low:high])
            else:
                trend[low:high] = savgol_filter(y[low:high], window, order)
        good = np.abs(y - trend) < np.std(y - trend) * sigma + 1e-14
        trend_everywhere = interp1d(x[good], trend[good], fill_value="extrapolate")(time)
        mask[mask] &= good
    return flux / trend_everywhere


def sigma_clip(x, sigma, iterations=5):
    kept = x
    for _ in range(iterations):
        centre, spread = np.median(kept), np.std(kept)
        ok = np.abs(kept - centre) <= sigma * spread
        if ok.all():
            break
        kept = kept[ok]
    return kept


def cdpp(time, flux, duration=13, sigma=5):
    good = np.isfinite(time) & np.isfinite(flux)
    clean = sigma_clip(flatten(time[good], flux[good]), sigma)
    clean = clean / np.median(clean) * 1e6
    total = np.cumsum(np.insert(clean, 0, 0))
    return np.std((total[duration:] - total[:-duration]) / duration)


RUNS = (("mag", 12.0, 6.0), ("mag", 60.0, 30.0), ("zero", 0.75, 0.375), ("zero", 3.0, 5.0))
out = {
    "made_with": {"numpy": np.__version__, "scipy": scipy.__version__},
    "series": {"mag": {"time": t, "value": mag, "error": err}, "zero": {"time": t_zero, "value": zero}},
    "moving_average": [],
    "biweight": [],
    "lowess": [],
    "polynomial": [],
    "spline": [],
}
for name, window, tolerance in RUNS:
    time, value = series[name]
    run = {"series": name, "window": window, "breakTolerance": tolerance}
    out["moving_average"].append({**run, "weights": "none", "trend": running(time, value, window, tolerance, lambda i, _: np.mean(value[i]))})
    for cval in (5, 3):
        out["biweight"].append({**run, "cval": cval, "trend": running(time, value, window, tolerance, lambda i, _: biweight(value[i], cval))})
    for iterations in (0, 2):
        out["lowess"].append({**run, "iterations": iterations, "trend": lowess(time, value, window, tolerance, iterations)})
out["moving_average"].append(
    {"series": "mag", "window": 30.0, "breakTolerance": 15.0, "weights": "errors", "trend": running(t, mag, 30.0, 15.0, lambda i, _: np.average(mag[i], weights=1 / err[i] ** 2))}
)
for name, order, window, tolerance, sigma, iterations in (
    ("mag", 3, 0, 0, 3, 0),
    ("mag", 2, 0, 30, 3, 5),
    ("mag", 9, 0, 0, 2.5, 10),
    ("zero", 2, 1.5, 5, 3, 5),
):
    time, value = series[name]
    reach = tolerance or np.inf
    out["polynomial"].append(
        {
            "series": name,
            "order": order,
            "window": window,
            "breakTolerance": tolerance,
            "sigma": sigma,
            "iterations": iterations,
            "trend": fitted(time, value, reach, reach, polynomial(order), sigma, iterations, window),
        }
    )
for name, window, tolerance, cut, iterations in (("mag", 20.0, 30.0, 2, 0), ("mag", 20.0, 30.0, 2, 10), ("mag", 3.0, 200.0, 2.5, 5), ("zero", 1.0, 0.5, 2, 10)):
    time, value = series[name]
    out["spline"].append(
        {
            "series": name,
            "window": window,
            "breakTolerance": tolerance,
            "stdevCut": cut,
            "iterations": iterations,
            "trend": fitted(time, value, tolerance, tolerance, spline(window), cut, iterations),
        }
    )

# CDPP: a 30-minute light curve of 12 days with gaps, a slow trend, outliers and transits; one too short for the filter; missing values.
cases = []
for length, level in ((600, 10400.0), (90, 1.0)):
    j = np.arange(length)
    j = j[(j < 200) | (j >= 260) | (length < 200)]
    time = np.round(120.5 + j * 0.0204340278, 8)
    flux = level * (1 + 0.004 * np.sin(j / 60) + rng.normal(0, 2e-4, len(j)) - 0.003 * ((j % 171) < 6))
    flux[rng.choice(len(j), 4, replace=False)] *= 1.02
    flux = np.round(flux, 4 if level > 10 else 8)
    flux[[5, 60]] = np.nan
    cases.append({"time": time, "value": flux, "cdpp": cdpp(time, flux)})
out["cdpp"] = cases

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "trends.json"), "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
