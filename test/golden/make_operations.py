"""Golden values of the operations' numerics: astropy, scipy and numpy on inputs with uneven times, gaps, missing values, magnitudes and fluxes.

/usr/bin/python3 test/golden/make_operations.py writes test/golden/operations.json (astropy 5.2.1, scipy 1.10.1, numpy 1.24).
"""
import json
import os
import warnings

import numpy as np
import scipy
import astropy
from astropy.stats import SigmaClip, biweight_location, biweight_scale, mad_std
from astropy.timeseries import LombScargle
from scipy.signal import savgol_filter

from common import plain

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260707)


def short(x, digits=6):
    return np.round(x, digits)


# A light curve in magnitudes: uneven nights, a season's gap, errors, flares, dropouts, missing values.
n = 160
t_mag = short(np.sort(np.concatenate([rng.uniform(58000, 58090, 90), rng.uniform(58200, 58270, n - 90)])))
mag = 17.3 + 0.25 * np.sin(2 * np.pi * t_mag / 3.7) + 0.002 * (t_mag - 58000) + rng.normal(0, 0.05, n)
err = short(0.03 + 0.05 * rng.random(n))
mag[rng.choice(n, 5, replace=False)] += rng.choice([-1.5, 2.0], 5)
mag = short(mag)
mag[[7, 44, 101]] = np.nan

# A flux series on an even 30-minute grid with a slow trend and transits.
m = 200
cadence = 0.0204340278
t_flux = 2454953.5 + cadence * np.arange(m)
flux = short(10400 + 60 * np.sin(np.arange(m) / 40) + rng.normal(0, 4, m) - 90 * ((np.arange(m) % 61) < 4), 3)

out = {
    "made_with": {"astropy": astropy.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "mag": {"time": t_mag, "value": mag, "error": err},
    "flux": {"time": t_flux, "value": flux},
}

# Sigma clipping.
clips = []
for series, name in ((mag, "mag"), (flux, "flux")):
    for center in ("median", "mean", "biweight"):
        for spread in ("std", "mad"):
            for lower, upper, iters, grow in ((3, 3, 5, 0), (2, 2, None, 0), (4, 2, 1, 0), (2.5, 2.5, 5, 2)):
                cen = {"median": "median", "mean": "mean", "biweight": lambda a, axis=None: biweight_location(a, axis=axis, ignore_nan=True)}[center]
                clip = SigmaClip(
                    sigma_lower=lower, sigma_upper=upper, maxiters=iters, cenfunc=cen, stdfunc="std" if spread == "std" else "mad_std", grow=grow or False
                )
                masked = clip(np.array(series), masked=True, copy=True)
                flagged = np.flatnonzero(np.ma.getmaskarray(masked) & np.isfinite(series))
                clips.append({"series": name, "center": center, "spread": spread, "lower": lower, "upper": upper, "iterations": iters, "grow": grow, "flagged": flagged})
out["clips"] = clips

# Robust statistics.
finite = mag[np.isfinite(mag)]
out["robust"] = {
    "median": np.median(finite),
    "mad_std": mad_std(finite),
    "biweight_location": biweight_location(finite),
    "biweight_scale": biweight_scale(finite),
    "std1": np.std(finite, ddof=1),
    "percentiles": [[q, np.percentile(finite, q)] for q in (0, 2.5, 16, 50, 84, 97.5, 100)],
}

# Savitzky-Golay on the even grid; and the definition by brute force on the uneven one.
out["savgol"] = [{"window": w, "order": p, "trend": savgol_filter(flux, w, p)} for w, p in ((11, 2), (25, 3), (7, 0), (51, 4))]
out["savgol_odd_only"] = {"window": 201, "order": 2}


def local_fit(t, y, width, order, gap):
    """Least-squares polynomial in a time window, by numpy's SVD; interior points only (None elsewhere)."""
    good = np.isfinite(y)
    result = []
    tg, yg = t[good], y[good]
    edges = np.flatnonzero(np.diff(tg) > gap)
    starts = np.r_[0, edges + 1]
    ends = np.r_[edges, len(tg) - 1]
    for time in t:
        s = np.argmin([max(tg[a] - time, time - tg[b], 0) for a, b in zip(starts, ends)])
        if time - width / 2 < tg[starts[s]] or time + width / 2 > tg[ends[s]]:
            result.append(None)
            continue
        inside = (np.abs(tg - time) <= width / 2) & (np.arange(len(tg)) >= starts[s]) & (np.arange(len(tg)) <= ends[s])
        if inside.sum() < order + 1:
            result.append(None)
            continue
        x = (tg[inside] - time) / (width / 2)
        coefficients, *_ = np.linalg.lstsq(np.vander(x, order + 1), yg[inside], rcond=None)
        result.append(coefficients[-1])
    return result


out["savgol_uneven"] = [{"window": w, "order": p, "breakTolerance": 30.0, "trend": local_fit(t_mag, mag, w, p, 30.0)} for w, p in ((20.0, 2), (35.0, 3))]


def moving_median(t, y, width, gap):
    good = np.isfinite(y)
    tg, yg = t[good], y[good]
    edges = np.flatnonzero(np.diff(tg) > gap)
    starts = np.r_[0, edges + 1]
    ends = np.r_[edges, len(tg) - 1]
    result = []
    for time in t:
        s = np.argmin([max(tg[a] - time, time - tg[b], 0) for a, b in zip(starts, ends)])
        k = np.arange(len(tg))
        inside = (np.abs(tg - time) <= width / 2) & (k >= starts[s]) & (k <= ends[s])
        result.append(np.median(yg[inside]) if inside.any() else None)
    return result


out["moving_median"] = [{"window": w, "breakTolerance": g, "trend": moving_median(t_mag, mag, w, g)} for w, g in ((5.0, 2.5), (40.0, 20.0), (300.0, 1000.0))]

# Lomb-Scargle.
good = np.isfinite(mag)
searches = []
for norm in ("standard", "model", "log", "psd"):
    for errors in (True, False):
        for terms in (1, 2):
            ls = LombScargle(t_mag[good], mag[good], err[good] if errors else None, nterms=terms, normalization=norm)
            freq = ls.autofrequency(maximum_frequency=0.6)
            power = ls.power(freq, method="slow" if terms == 1 else "chi2", assume_regular_frequency=True)
            pick = sorted(set(range(0, len(freq), 37)) | {int(np.argmax(power))})
            entry = {
                "normalization": norm,
                "errors": errors,
                "terms": terms,
                "first": freq[0],
                "step": freq[1] - freq[0],
                "count": len(freq),
                "argmax": int(np.argmax(power)),
                "at": pick,
                "power": power[pick],
            }
            if terms == 1 and (errors or norm != "psd"):
                entry["fap"] = [
                    {"power": z, **{k: float(ls.false_alarm_probability(z, maximum_frequency=freq[-1], method=k)) for k in ("baluev", "davies", "naive")}}
                    for z in (power.max() * 0.2, power.max() * 0.35, power.max())
                ]
            searches.append(entry)
out["lomb_scargle"] = searches
auto = LombScargle(t_mag[good], mag[good]).autofrequency()
out["autofrequency"] = {"first": auto[0], "step": auto[1] - auto[0], "count": len(auto)}

# The design's own golden light curve (METHODS, made with astropy 8.0.1).
i = np.arange(200)
t2 = 0.37 * i + 0.05 * np.sin(i)
y2 = 10 + np.sin(2 * np.pi * t2 / 2.1) + 0.1 * np.cos(7 * i)
out["savgol_plain"] = {"value": y2, "trend": savgol_filter(y2, 11, 2)}

# Expressions against numpy.
x = np.array([-2.5, -1.0, -0.5, 0.0, 0.5, 1.5, 2.5, 7.25, np.nan])
y = np.array([1.0, -3.0, 2.0, 0.5, 0.0, -1.5, 4.0, 2.0, 1.0])
with np.errstate(all="ignore"):
    cases = {
        "x + 2*y - 1": x + 2 * y - 1,
        "-x**2": -(x**2),
        "2**-x**2": 2.0 ** (-(x**2)),
        "x % 3": x % 3,
        "x % -3": x % -3,
        "round(x)": np.round(x),
        "floor(x) + ceil(y)": np.floor(x) + np.ceil(y),
        "sqrt(abs(x)) / y": np.where(y == 0, np.nan, np.sqrt(np.abs(x)) / np.where(y == 0, 1, y)),
        "log10(x) - log2(y) + log(e)": np.log10(x) - np.log2(y) + 1,
        "sin(x)*cos(y) + tan(x/5)": np.sin(x) * np.cos(y) + np.tan(x / 5),
        "atan2(y, x) + hypot(x, y)": np.arctan2(y, x) + np.hypot(x, y),
        "asin(x/10) + acos(x/10) + atan(y)": np.arcsin(x / 10) + np.arccos(x / 10) + np.arctan(y),
        "exp(-x) + sign(y)": np.exp(-x) + np.sign(y),
        "min(x, y, 1) + max(x, y)": np.minimum(np.minimum(x, y), 1) + np.maximum(x, y),
        "clip(x, -1, 2) + deg(y) + rad(x)": np.clip(x, -1, 2) + np.rad2deg(y) + np.deg2rad(x),
        "x > 0 && y < 2 || x == -1": (((x > 0) & (y < 2)) | (x == -1)).astype(float),
        "!(x >= 0) ? 10 : y": np.where(~(x >= 0), 10, y),
        "isnan(x) + 2*isfinite(x) + pow(y, 2)": np.isnan(x) + 2.0 * np.isfinite(x) + y**2,
    }
out["expressions"] = {"x": x, "y": y, "cases": [{"text": k, "values": v} for k, v in cases.items()]}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations.json"), "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
