"""Golden values for the quality report: numpy, pandas and astropy on the same numbers. Writes quality.json beside this file."""

import json
import pathlib
import platform

import astropy
import astropy.stats
import astropy.units as u
import numpy as np
import pandas as pd
from astropy.coordinates import SkyCoord

rng = np.random.default_rng(20260)
n = 240
objects = np.repeat(np.arange(4), n // 4)
bands = np.where(rng.uniform(size=n) < 0.5, "g", "r")
times = np.round(58300 + np.cumsum(rng.exponential(0.7, n)), 6)
errors = np.round(rng.uniform(0.01, 0.05, n), 5)
values = np.round(17 + 0.3 * objects + 0.02 * rng.standard_normal(n) + errors * rng.standard_normal(n), 5)
values[rng.choice(n, 9, replace=False)] = np.nan
values[[20, 100, 190]] = [19.5, 12.25, 25.0]
errors[[7, 70]] = np.nan
order = rng.permutation(n)
objects, bands, times, errors, values = objects[order], bands[order], times[order], errors[order], values[order]


def look(o):
    """Cadence, longest gap, χ² about the weighted mean of each band (classic and from the median), points beyond 5 robust σ of their band."""
    mine = objects == o
    t = np.sort(times[mine])
    chi2 = dof = robust = many = outliers = 0
    for band in ("g", "r"):
        use = mine & (bands == band) & np.isfinite(values)
        x, e = values[use], errors[use]
        median = np.median(x)
        outliers += int(np.sum(np.abs(x - median) > 5 * astropy.stats.mad_std(x)))
        good = np.isfinite(e)
        w = e[good] ** -2
        mean = np.sum(w * x[good]) / np.sum(w)
        chi2 += np.sum(w * (x[good] - mean) ** 2)
        dof += good.sum() - 1
        robust += good.sum() * np.median(w * (x[good] - median) ** 2) / 0.4549364231195724
        many += good.sum()
    return {
        "cadence": float(np.median(np.diff(t))),
        "longestGap": float(np.max(np.diff(t))),
        "chi2": float(chi2 / dof),
        "robustChi2": float(robust / many),
        "outliers": outliers,
    }


finite = values[np.isfinite(values)]
ra = np.concatenate([rng.uniform(0, 360, 60), [0.00005, 359.99995, 10, 10 + 0.2 / 3600, 200, 200.1]])
dec = np.concatenate([np.degrees(np.arcsin(rng.uniform(-1, 1, 60))), [0.0, 0.0, 89.9, 89.9, -89.9995, -89.9995]])
sky = SkyCoord(ra * u.deg, dec * u.deg)
radius = 2.0
i, j, separation, _ = sky.search_around_sky(sky, radius * u.arcsec)
repeated = pd.DataFrame({"object": rng.integers(0, 6, 300), "time": rng.integers(0, 25, 300) / 4.0, "value": rng.integers(0, 3, 300).astype(float)})
repeated.loc[rng.choice(300, 20, replace=False), "value"] = np.nan
repeated.loc[rng.choice(300, 5, replace=False), "time"] = np.nan
whole = repeated.dropna(subset=["time"])


def plain(a):
    return [None if isinstance(v, float) and not np.isfinite(v) else v for v in a.tolist()]


document = {
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "pandas": pd.__version__, "astropy": astropy.__version__},
    "columns": {"object": plain(objects), "band": plain(bands), "time": plain(times), "value": plain(values), "error": plain(errors)},
    "objects": [look(o) for o in range(4)],
    "value": {
        "missing": int(np.isnan(values).sum()),
        "min": float(finite.min()),
        "max": float(finite.max()),
        "mean": float(finite.mean()),
        "std": float(finite.std()),
        "quartiles": [float(np.quantile(finite, q, method="nearest")) for q in (0.25, 0.5, 0.75)],
    },
    "sky": {
        "ra": plain(ra),
        "dec": plain(dec),
        "radius": radius,
        "pairs": [[int(a), int(b), float(s.arcsec)] for a, b, s in zip(i, j, separation) if a < b],
    },
    "repeats": {
        **{c: plain(repeated[c]) for c in repeated},
        "exact": [int(r) for r in repeated.index[repeated.duplicated()]],
        "key": [int(r) for r in whole.index[whole.duplicated(["object", "time"])]],
    },
}
path = pathlib.Path(__file__).with_name("quality.json")
path.write_text(json.dumps(document, allow_nan=False, separators=(",", ":")) + "\n")
