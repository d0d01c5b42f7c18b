"""Golden values of the noise family: bins, Bayesian blocks, smoothing and regression on uneven times with gaps, missing values, magnitudes and fluxes.

python test/golden/make_noise.py writes test/golden/noise.json (astropy 8.0.1, numpy 2.4.6, scipy 1.17.1, statsmodels 0.15.0).
"""
import json
import os

import astropy
import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from astropy.stats import bayesian_blocks
from scipy.signal import savgol_filter
from scipy.stats import binned_statistic, sem
from statsmodels.nonparametric.smoothers_lowess import lowess

rng = np.random.default_rng(20260801)


def plain(x):
    """NaN becomes null; JSON has no other word for it."""
    if isinstance(x, dict):
        # Curves are compared to 1e-9: twelve digits do.
        return {k: [None if not np.isfinite(y) else float(f"{y:.12g}") for y in v] if k == "fit" else plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple, np.ndarray)):
        return [plain(v) for v in x]
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (int, np.integer)):
        return int(x)
    if isinstance(x, (float, np.floating)):
        return None if not np.isfinite(x) else float(x)
    return x


# A light curve in magnitudes: uneven nights, a season's gap, errors, flares, missing values.
n = 150
t_mag = np.round(np.sort(np.concatenate([rng.uniform(58000, 58060, 80), rng.uniform(58200, 58260, n - 80)])), 6)
mag = 17.3 + 0.25 * np.sin(2 * np.pi * t_mag / 23.7) + 0.002 * (t_mag - 58000) + rng.normal(0, 0.05, n)
err = np.round(0.03 + 0.05 * rng.random(n), 6)
mag[rng.choice(n, 6, replace=False)] += rng.choice([-1.5, 2.0], 6)
mag = np.round(mag, 6)
mag[[7, 44, 101]] = np.nan

# A flux series at 30 minutes with jitter, a gap, a slow trend and dips.
m = 180
t_flux = np.round(2454953.5 + 0.0204340278 * np.arange(m) + rng.uniform(0, 0.004, m) + np.where(np.arange(m) > 110, 1.7, 0), 8)
flux = np.round(10400 + 60 * np.sin(np.arange(m) / 25) + rng.normal(0, 4, m) - 90 * ((np.arange(m) % 61) < 4), 3)
flux_err = np.round(3 + 2 * rng.random(m), 3)
flux[[20, 21, 150]] = np.nan

series = {
    "mag": {"time": t_mag, "value": mag, "error": err},
    "flux": {"time": t_flux, "value": flux, "error": flux_err},
}
used = {k: np.isfinite(s["value"]) for k, s in series.items()}

# LOWESS by a fraction of the points: statsmodels, every point fitted (delta=0). From the first time on: it loses digits on Julian dates.
lowesses = []
for name, s in series.items():
    ok = used[name]
    t, y = s["time"][ok] - s["time"][0], s["value"][ok]
    for frac, it in ((2 / 3, 3), (0.2, 3), (0.35, 0), (0.1, 1)):
        lowesses.append({"series": name, "fraction": frac, "iterations": it, "fit": lowess(y, t, frac=frac, it=it, delta=0, is_sorted=True)[:, 1]})


def lowess_window(t, y, half, iterations, at):
    """Cleveland (1979) with the reach of the weights fixed in time: straight lines by lstsq, tricube and bisquare weights."""
    robust = np.ones_like(y)

    def curve(x):
        out = np.full(len(x), np.nan)
        for i, x0 in enumerate(x):
            d = np.abs(t - x0) / half
            w = np.where(d < 1, (1 - d**3) ** 3, 0) * robust
            if not (w > 0).any():
                continue
            root = np.sqrt(w)
            design = np.stack([root, root * (t - x0) / half], axis=1)
            level = np.average(y, weights=w)
            out[i] = level + np.linalg.lstsq(design, root * (y - level), rcond=1e-9)[0][0]
        return out

    for _ in range(iterations):
        r = np.abs(y - curve(t))
        u = np.minimum(r / (6 * np.median(r)), 1)
        robust = (1 - u**2) ** 2
    return curve(at)


windows = []
for name, half, it in (("mag", 9.5, 3), ("mag", 30.0, 0), ("flux", 0.4, 2), ("flux", 0.15, 0)):
    s, ok = series[name], used[name]
    # Rows with a missing value get a curve too.
    windows.append({"series": name, "half": half, "iterations": it, "fit": lowess_window(s["time"][ok], s["value"][ok], half * (1 + 1e-6), it, s["time"])})

# Bins of one width from the first usable time: scipy.stats for values, formulas for errors.
bins = []
for name, width in (("mag", 7.3), ("flux", 0.25)):
    s, ok = series[name], used[name]
    t, y, e = s["time"][ok], s["value"][ok], s["error"][ok]
    edges = t[0] + width * np.arange(np.ceil((t[-1] - t[0]) / width) + 1)
    number = np.digitize(t, edges) - 1
    groups = [number == k for k in np.unique(number)]
    for statistic in ("mean", "median", "weighted"):
        if statistic == "weighted":
            value = [np.average(y[g], weights=e[g] ** -2) for g in groups]
            error = [np.sum(e[g] ** -2) ** -0.5 for g in groups]
            # chi2/dof scales the formal error.
            scatter = [d * np.sqrt(np.sum(((y[g] - v) / e[g]) ** 2) / (g.sum() - 1)) if g.sum() > 1 else None for g, v, d in zip(groups, value, error)]
        else:
            value = binned_statistic(t, y, statistic, bins=edges).statistic
            value = value[np.isfinite(value)]
            factor = np.sqrt(np.pi / 2) if statistic == "median" else 1
            error = [factor * np.sqrt(np.sum(e[g] ** 2)) / g.sum() for g in groups]
            scatter = [factor * sem(y[g]) if g.sum() > 1 else None for g in groups]
        bins.append({"series": name, "width": width, "statistic": statistic, "value": value, "error": error, "error_scatter": scatter, "n": [g.sum() for g in groups]})

# Bayesian blocks; a series with steps as well.
k = 240
t_steps = np.round(np.sort(rng.uniform(0, 100, k)), 5)
levels = np.select([t_steps < 17, t_steps < 40, t_steps < 43.5, t_steps < 80], [0, 2.2, 0.5, 0.9], 1.3)
e_steps = np.round(0.2 + 0.4 * rng.random(k), 4)
series["steps"] = {"time": t_steps, "value": np.round(levels + e_steps * rng.normal(0, 1, k), 5), "error": e_steps}
used["steps"] = np.ones(k, bool)
blocks = []
for name, s in series.items():
    ok = used[name]
    t, y, e = s["time"][ok], s["value"][ok], s["error"][ok]
    for options in ({"p0": 0.05}, {"p0": 0.001}, {"ncp_prior": 1.5}, {"ncp_prior": 12.0}):
        edges = bayesian_blocks(t, y, e, fitness="measures", **options)
        blocks.append({"series": name, **options, "edges": edges})



def local(t, y, e, at, width, method, tolerance):
    """The method straight from its definition, segment by segment."""
    out = np.full(len(at), np.nan)
    segment = np.concatenate([[0], np.cumsum(np.diff(t) > tolerance)])
    for i, x0 in enumerate(at):
        same = segment == segment[np.argmin(np.abs(t - x0))]
        d = t[same] - x0
        ys, es = y[same], e[same]
        near = np.abs(d) <= width / 2 * (1 + 1e-6)
        if method == "gaussian":
            out[i] = np.average(ys, weights=np.exp(-d**2 / 2 / (width / 2 / np.sqrt(2 * np.log(2))) ** 2))
        elif method == "gaussian_weighted":
            out[i] = np.average(ys, weights=np.exp(-d**2 / 2 / (width / 2 / np.sqrt(2 * np.log(2))) ** 2) / es**2)
        elif near.any():
            out[i] = np.median(ys[near]) if method == "median" else np.average(ys[near], weights=es[near] ** -2.0 if method == "mean_weighted" else None)
    return out


smooths = []
for name, width, tolerance in (("mag", 6.0, 3.0), ("mag", 25.0, 1e9), ("flux", 0.2, 0.1), ("flux", 1.5, 1e9)):
    s, ok = series[name], used[name]
    t, y, e = s["time"][ok], s["value"][ok], s["error"][ok]
    for method in ("mean", "mean_weighted", "median", "gaussian", "gaussian_weighted"):
        smooths.append({"series": name, "window": width, "breakTolerance": tolerance, "method": method, "fit": local(t, y, e, t, width, method, tolerance)})
series["even"] = {"time": 0.25 * np.arange(90), "value": np.round(rng.normal(0, 1, 90).cumsum(), 4), "error": np.ones(90)}
smooths.append({"series": "even", "window": 2.9, "breakTolerance": 0, "method": "savgol", "fit": savgol_filter(series["even"]["value"], 11, 2)})

# Regression: numpy's polyfit, and statsmodels' WLS and RLM for harmonics and Huber's loss.
fits = []
for name, degree, reference in (("mag", 1, None), ("mag", 4, None), ("mag", 2, 58100.0), ("flux", 3, None), ("flux", 8, None), ("steps", 0, None)):
    s, ok = series[name], used[name]
    t, y, e = s["time"][ok], s["value"][ok], s["error"][ok]
    # A rounded mean: the last digits of the mean of Julian dates are rounding, and coefficients follow them.
    x0 = np.round(t.mean(), 3) if reference is None else reference
    for errors, cov in (("given", "unscaled"), ("scaled", True)):
        a, c = np.polyfit(t - x0, y, degree, w=1 / e, cov=cov)
        r = y - np.polyval(a, t - x0)
        fits.append({
            "series": name, "degree": degree, "harmonics": 0, "period": None, "reference": x0, "loss": "squares", "errors": errors, "n": len(t),
            "chi2": np.sum((r / e) ** 2), "rms": np.sqrt(np.mean(r**2)), "coefficients": a[::-1], "coefficient_errors": np.sqrt(np.diag(c))[::-1],
        })


def design(x, degree, harmonics, period):
    waves = [f(2 * np.pi * j * x / period) for j in range(1, harmonics + 1) for f in (np.cos, np.sin)]
    return np.stack([x**k for k in range(degree + 1)] + waves, axis=1)


for name, degree, harmonics, period, loss in (
    ("mag", 1, 2, 23.7, "squares"), ("flux", 0, 3, 3.1, "squares"), ("mag", 1, 2, 23.7, "huber"), ("flux", 2, 0, 1.0, "huber"), ("steps", 3, 0, 1.0, "huber"),
):
    s, ok = series[name], used[name]
    t, y, e = s["time"][ok], s["value"][ok], s["error"][ok]
    x0 = np.round(t.mean(), 3)
    x = design(t - x0, degree, harmonics, period)
    if loss == "squares":
        fit = sm.WLS(y, x, weights=e**-2).fit()
        bse = fit.bse
    else:
        fit = sm.RLM(y / e, x / e[:, None], M=sm.robust.norms.HuberT()).fit(maxiter=2000, tol=1e-14, conv="coefs")
        bse = fit.bse
    r = y - x @ fit.params
    fits.append({
        "series": name, "degree": degree, "harmonics": harmonics, "period": period, "reference": x0, "loss": loss, "errors": "scaled", "n": len(t),
        "chi2": np.sum((r / e) ** 2), "rms": np.sqrt(np.mean(r**2)), "coefficients": fit.params, "coefficient_errors": bse,
    })

out = {
    "made_with": {"astropy": astropy.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "series": series,
    "smooth": smooths,
    "regression": fits,
    "bins": bins,
    "blocks": blocks,
    "lowess": lowesses,
    "lowess_window": windows,
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "noise.json")
with open(path, "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
