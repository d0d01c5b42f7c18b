"""Golden values of co-trending: regression on known regressors, basis vectors, ensembles; uneven times, gaps, missing values, magnitudes and fluxes.

python test/golden/make_cotrend.py writes test/golden/cotrend.json (numpy, scipy 1.17.1, scikit-learn 1.9.1, astropy 8.0.1). Where no library
has the method (the ensemble, the systematics measure, the kept transit), the formulas of its help text are written out here with loops.
"""

import json
import os
import warnings

import astropy
import numpy as np
import scipy
import sklearn
from astropy.stats import mad_std, sigma_clip
from scipy.interpolate import PchipInterpolator
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

from common import plain

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260711)


def short(x, digits=6):
    return np.round(x, digits)


out = {
    "made_with": {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "astropy": astropy.__version__,
    }
}

# Monotonic cubics.
knots = short(np.sort(rng.uniform(0, 30, 24)))
heights = short(rng.normal(0, 1, 24))
heights[10:12] = heights[9]
where = short(np.sort(np.concatenate([rng.uniform(-1, 31, 60), knots[3:6]])))
out["pchip"] = {
    "x": knots,
    "y": heights,
    "at": where,
    "value": PchipInterpolator(knots, heights, extrapolate=False)(where),
    "two": PchipInterpolator(knots[:2], heights[:2], extrapolate=False)(where),
    "three": PchipInterpolator(knots[:3], heights[:3], extrapolate=False)(where),
}

# The Fourier transform.
wave = short(rng.normal(0, 1, 64)) + 1j * short(rng.normal(0, 1, 64))
turned = np.fft.fft(wave)
out["fft"] = {"re": wave.real, "im": wave.imag, "outRe": turned.real, "outIm": turned.imag}


def clipped_fit(X, y, w, alpha, sigma, fits):
    """lightkurve's RegressionCorrector.correct with a free constant: the last of `fits` fits, astropy's clipping in between."""
    used = w > 0
    for _ in range(fits):
        model = (
            Ridge(alpha=alpha, solver="svd").fit(X[used], y[used], sample_weight=w[used])
            if alpha > 0
            else LinearRegression().fit(X[used], y[used], sample_weight=w[used])
        )
        residuals = np.where(used, y - model.predict(np.nan_to_num(X)), np.nan)
        used = used & ~np.ma.getmaskarray(sigma_clip(residuals, sigma=sigma))
    return model


# Ridge regression of a flux with errors, outliers and nearly dependent regressors.
n = 150
X = rng.normal(0, 1, (n, 4)) * [1, 30, 0.02, 1] + [0, 400, 5, 0]
X[:, 3] = X[:, 0] + 1e-3 * rng.normal(0, 1, n)
X = short(X)
err = short(2 + 3 * rng.random(n))
y = short(12000 + X @ [9, -0.4, 800, 3] + err * rng.normal(0, 1, n), 3)
y[[5, 60, 61, 140]] += [400, -350, 90, 60]
w = (np.median(err) / err) ** 2
w[[0, 33]] = 0
out["ridge"] = {"columns": X.T, "value": y, "weights": w, "fits": []}
for alpha, sigma, fits in [(0, 5, 1), (2.5, 5, 1), (0, 5, 5), (40, 3, 5)]:
    m = clipped_fit(X, y, w, alpha, sigma, fits)
    out["ridge"]["fits"].append({"alpha": alpha, "sigma": sigma, "fits": fits, "coefficients": m.coef_, "constant": m.intercept_})

# Decorrelation of a magnitude against centroids and temperature.
n = 140
t = short(np.sort(np.concatenate([rng.uniform(0, 12, 80), rng.uniform(15, 26, n - 80)])))
x = short(np.cumsum(rng.normal(0, 0.01, n)) + 512, 5)
temp = short(20 + 3 * np.sin(t / 2) + rng.normal(0, 0.1, n), 4)
err = short(0.004 + 0.004 * rng.random(n))
mag = 13.2 + 0.8 * (x - 512) - 0.5 * (x - 512) ** 2 + 0.01 * (temp - 20) + 0.003 * rng.normal(0, 1, n)
mag[[9, 77]] += [0.4, -0.6]
mag = short(mag)
mag[[3, 50]] = np.nan
x[20] = np.nan
err[[30]] = np.nan
flagged = np.zeros(n, int)
flagged[[40, 41]] = 1
live = flagged == 0
out["decorrelate"] = {"time": t, "value": mag, "error": err, "x": x, "temp": temp, "flagged": flagged, "fits": []}
for order, alpha, with_errors in [(1, 0, True), (2, 0, True), (2, 3, True), (1, 0, False)]:
    z = np.column_stack([(c - c[live & np.isfinite(c)].mean()) / c[live & np.isfinite(c)].std() for c in (x, temp)])
    Z = z if order == 1 else np.column_stack([z, z[:, 0] ** 2, z[:, 0] * z[:, 1], z[:, 1] ** 2])
    ok = live & np.isfinite(mag) & np.isfinite(Z).all(axis=1) & (np.isfinite(err) | (not with_errors))
    w = np.zeros(n)
    w[ok] = (np.median(err[ok]) / err[ok]) ** 2 if with_errors else 1
    m = clipped_fit(Z, mag, w, alpha, 5, 5)
    model = np.where(np.isfinite(Z).all(axis=1), m.predict(np.nan_to_num(Z)), np.nan)
    trend = model - np.median(model[live & np.isfinite(mag) & np.isfinite(model)])
    out["decorrelate"]["fits"].append({"order": order, "alpha": alpha, "errors": with_errors, "trend": trend})
check = StandardScaler().fit(x[live & np.isfinite(x)].reshape(-1, 1))
assert abs(check.scale_[0] - x[live & np.isfinite(x)].std()) < 1e-12

# Basis vectors: a light curve with gaps in its own cadences, vectors with a gap, aligned by cadence or interpolated in time.
rows = 220
cadence = 3000 + np.arange(rows)
cbv_time = 55000.25 + 0.0204 * np.arange(rows)
V = np.linalg.qr(np.column_stack([np.linspace(-1, 1, rows), np.sin(np.arange(rows) / 9), np.exp(-np.arange(rows) / 30), rng.normal(0, 1, (rows, 3))]))[0]
V = short(V)
gap = np.zeros(rows, int)
gap[[0, 90, 91]] = 1
pick = np.sort(rng.choice(np.arange(5, 210), 170, replace=False))
lc_time = short(cbv_time[pick] - 167.0 + 0.003 * rng.random(len(pick)), 7)  # another zero point, and not on the vectors' times
lc_cad = cadence[pick]
lc_err = short(20 + 5 * rng.random(len(pick)), 4)
flux = short(50000 + V[pick] @ [900, 400, -600, 20, 0, 0] + lc_err * rng.normal(0, 1, len(pick)), 4)
flux[[12, 100]] += [900, -700]
flux[[40, 41]] = np.nan
out["cbv"] = {
    "companion": {"TIME": cbv_time, "CADENCENO": cadence, "GAP": gap, **{f"VECTOR_{k + 1}": V[:, k] for k in range(6)}},
    "shift": -167.0,
    "curve": {"time": lc_time, "CADENCENO": lc_cad, "value": flux, "error": lc_err},
    "fits": [],
}


def depth(t, y, shape):
    """Least squares of the trapezoid with a straight line around each transit."""
    event = np.round((t - shape["epoch"]) / shape["period"])
    dt = t - shape["epoch"] - event * shape["period"]
    inner = shape["duration"] / 2 - np.abs(dt)
    dip = np.clip(inner / (0.1 * shape["duration"]), 0, 1)
    near = np.abs(dt) <= min(1.5 * shape["duration"], shape["period"] / 2)
    columns = [dip]
    for e in np.unique(event[near]):
        columns += [(event == e) * 1.0, (event == e) * dt]
    A = np.column_stack(columns)[near]
    return dip, -np.linalg.lstsq(A, y[near], rcond=None)[0][0]


def amplitudes(t, y, size):
    dt = np.median(np.diff(t))
    at = np.round((t - t[0]) / dt)
    k = np.arange(1, size // 2 + 1)
    return 2 / len(t) * np.abs(np.exp(-2j * np.pi * np.outer(k, at) / size) @ (y - y.mean()))


for how, alpha, which in [("cadence", 0, [0, 1, 2]), ("time", 0, [0, 1, 2]), ("cadence", 5.0, [0, 2, 5]), ("time", 1e-20, [0, 1, 2, 3, 4, 5])]:
    ok_rows = gap == 0
    if how == "cadence":
        full = np.where(ok_rows[pick][:, None], V[pick], np.nan)
    else:
        full = np.column_stack([PchipInterpolator(cbv_time[ok_rows] - 167.0, V[ok_rows, k], extrapolate=False)(lc_time) for k in range(6)])
    A = full[:, which]
    use = np.isfinite(flux) & np.isfinite(A).all(axis=1)
    w = np.where(use, (np.median(lc_err[use]) / lc_err) ** 2, 0)
    fit = lambda values: clipped_fit(A, values, w, alpha, 5, 5)  # noqa: E731
    predict = lambda m: np.where(np.isfinite(A).all(axis=1), m.predict(np.nan_to_num(A)), np.nan)  # noqa: E731
    model = predict(fit(flux))
    trend = model - np.median(model[np.isfinite(flux) & np.isfinite(model)])

    def systematics(values):
        B = np.column_stack([full[use], np.ones(use.sum())]) * np.sqrt(w[use])[:, None]
        c = np.linalg.lstsq(B, values[use] * np.sqrt(w[use]), rcond=None)[0]
        m = np.column_stack([full[use], np.ones(use.sum())]) @ c
        mean = np.sum(w[use] * m) / w[use].sum()
        rest = np.sum(w[use] * (values[use] - m) ** 2)
        explained = np.sum(w[use] * (m - mean) ** 2) - 6 * rest / (use.sum() - 7)
        return np.sqrt(max(0, explained) / w[use].sum())

    tu = lc_time[use]
    span = tu[-1] - tu[0]
    shape = {"period": span / 3, "epoch": tu[0] + span / 6, "duration": min(0.125, span / 16)}
    kept = []
    for place in range(3):
        moved = {**shape, "epoch": shape["epoch"] + place / 3 * shape["period"]}
        away = np.abs((lc_time - moved["epoch"] + shape["period"] / 2) % shape["period"] - shape["period"] / 2)
        injected = flux * (1 - 0.01 * np.clip((shape["duration"] / 2 - away) / (0.1 * shape["duration"]), 0, 1))
        left = (injected - flux) - (predict(fit(injected)) - model)
        kept.append(depth(tu, left[use], moved)[1] / depth(tu, (injected - flux)[use], moved)[1])
    kept = min(kept)
    grid = int(round((tu[-1] - tu[0]) / np.median(np.diff(tu)))) + 1
    size = 2 ** int(np.ceil(np.log2(2 * grid)))
    change = amplitudes(tu, (flux - model)[use], size) - amplitudes(tu, flux[use], size)
    noise = lc_err[use].mean() * np.sqrt(np.pi / use.sum())
    raised = change[change > 0]
    over = 2 / (1 + np.exp(raised.mean() / noise)) if len(raised) else 1.0
    out["cbv"]["fits"].append(
        {
            "align": how,
            "alpha": alpha,
            "vectors": [k + 1 for k in which],
            "trend": trend,
            "before": systematics(flux),
            "after": systematics(np.where(np.isfinite(model), flux - model, np.nan)),
            "kept": kept,
            "over": over,
        }
    )

# An ensemble: twelve stars in two bands, shared clouds; nights that not all stars were seen in.
stars, epochs = 12, 30
rows = []
cloud = {b: short(0.2 * rng.normal(0, 1, epochs), 5) for b in "gr"}
for star in range(stars):
    for e in range(epochs):
        for b in "gr":
            if rng.random() < 0.15:
                continue
            noise = 0.01 if star < 7 else 0.2
            value = 14 + star / 7 + cloud[b][e] + noise * rng.normal()
            rows.append((f"s{star:02d}", b, 58000 + 1.3 * e + (20 if e > 17 else 0), value, 0.01))
order = rng.permutation(len(rows))
rows = [rows[i] for i in order]
obj = np.array([r[0] for r in rows])
band = np.array([r[1] for r in rows])
et = np.array([short(r[2]) for r in rows])
ev = np.array([short(r[3], 5) for r in rows])
ee = np.array([r[4] for r in rows])
ev[[4, 200]] = np.nan
et[17] = np.nan
eflag = np.zeros(len(rows), int)
eflag[[30, 31]] = 1
elive = (eflag == 0) & np.isfinite(ev)


def ensemble(members, window, tolerance, fewest, ratio):
    trend = np.full(len(ev), np.nan)
    for b in "gr":
        level = {s: np.median(ev[elive & (obj == s) & (band == b)]) for s in np.unique(obj)}
        used = elive & (band == b) & np.isin(obj, members[b]) & np.isfinite(et)
        departure = np.array([v / level[s] if ratio else v - level[s] for v, s in zip(ev, obj)])
        origin = et[used].min()
        bins = np.floor((et - origin) / window + 1e-6) if window > 0 else et
        for star in np.unique(obj):
            knots = []
            for cell in np.unique(bins[used]):
                inside = used & (bins == cell)
                there = [s for s in np.unique(obj[inside]) if s != star]
                if len(there) >= fewest:
                    knots.append((et[inside].mean(), np.median([departure[inside & (obj == s)].mean() for s in there])))
            kt, kv = np.array([k[0] for k in knots]), np.array([k[1] for k in knots])
            for i in np.where((obj == star) & (band == b) & np.isfinite(et))[0]:
                t = et[i]
                before, after = kt[kt <= t], kt[kt >= t]
                a = before[-1] if len(before) else -np.inf
                c = after[0] if len(after) else np.inf
                if a == c:
                    value = kv[kt == a][0]
                elif c - a <= tolerance and np.isfinite(c - a):
                    f = (t - a) / (c - a)
                    value = (1 - f) * kv[kt == a][0] + f * kv[kt == c][0]
                elif min(t - a, c - t) <= window:
                    value = kv[kt == (a if t - a <= c - t else c)][0]
                else:
                    value = np.nan
                trend[i] = value * level[star] if ratio else value
    return trend


def quiet(fraction):
    chosen = {}
    for b in "gr":
        r = {s: mad_std(ev[elive & (obj == s) & (band == b)]) / np.median(ee[(obj == s) & (band == b)]) for s in np.unique(obj)}
        chosen[b] = sorted(sorted(r, key=r.get)[: int(np.ceil(fraction * len(r)))])
    return chosen


chosen = quiet(0.5)
out["ensemble"] = {
    "columns": {"object": list(obj), "band": list(band), "time": et, "value": ev, "error": ee},
    "flagged": eflag,
    "members": chosen,
    "fits": [
        {"window": win, "breakTolerance": tol, "fewest": few, "apply": apply, "trend": short(ensemble(chosen, win, tol or np.inf, few, apply != "subtract"), 12)}
        for win, tol, few, apply in [(0, 0, 3, "subtract"), (4, 0, 3, "subtract"), (4, 5, 5, "divide")]
    ],
}

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "cotrend.json"), "w") as f:
    json.dump(plain(out), f, separators=(",", ":"))
    f.write("\n")
