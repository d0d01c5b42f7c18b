"""Golden values of the operations on missing values: numpy, scipy, pandas and scikit-learn on inputs with uneven times, gaps, NaNs, magnitudes and fluxes.

python test/golden/make_missing.py writes test/golden/missing.json. The versions that made it are in it.
"""
import json
import os
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy.interpolate import CubicSpline
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.metrics.pairwise import nan_euclidean_distances

from common import plain

warnings.simplefilter("ignore")
rng = np.random.default_rng(41)


# Magnitudes at uneven times with a season's gap; fluxes on an even cadence with holes, values in tenths so that a mode exists.
n = 80
t_mag = np.round(np.sort(np.concatenate([rng.uniform(58000, 58040, 50), rng.uniform(58100, 58130, n - 50)])), 4)
mag = np.round(17.3 + 0.25 * np.sin(2 * np.pi * t_mag / 13.7) + rng.normal(0, 0.05, n), 4)
mag[rng.choice(n, 14, replace=False)] = np.nan
mag[[0, n - 1]] = np.nan
m = 90
t_flux = np.round(2454953.5 + 0.0204340278 * np.arange(m), 8)
flux = np.round(10400 + 60 * np.sin(np.arange(m) / 8) + rng.normal(0, 3, m), 1)
flux[[5, 6, 7, 8, 30, 31, 50, 77]] = np.nan
flux[20:26] = flux[20]

out = {
    "made_with": {"numpy": np.__version__, "scipy": scipy.__version__, "pandas": pd.__version__, "scikit-learn": sklearn.__version__},
    "mag": {"time": t_mag, "value": mag},
    "flux": {"time": t_flux, "value": flux},
}


def spline(t, y, gap):
    """One scipy spline for each stretch between gaps; nothing beyond the ends, nothing across a gap."""
    good = np.flatnonzero(np.isfinite(y))
    result = y.copy()
    for stretch in np.split(good, np.flatnonzero(np.diff(t[good]) > gap) + 1):
        if len(stretch) < 2:
            continue
        inside = np.isnan(y) & (t >= t[stretch[0]]) & (t <= t[stretch[-1]])
        result[inside] = CubicSpline(t[stretch], y[stretch])(t[inside])
    return result


def blank(t, y, filled, gap):
    """Missing again where the gap between the measured neighbours is longer than `gap`, or where there is no neighbour."""
    good = np.flatnonzero(np.isfinite(y))
    result = filled.copy()
    for i in np.flatnonzero(np.isnan(y)):
        left, right = good[good < i], good[good > i]
        if len(left) == 0 or len(right) == 0 or t[right[0]] - t[left[-1]] > gap:
            result[i] = np.nan
    return result


fills = []
for name, t, y in (("mag", t_mag, mag), ("flux", t_flux, flux)):
    for method, strategy in (("mean", "mean"), ("median", "median"), ("mode", "most_frequent")):
        fills.append({"series": name, "method": method, "filled": SimpleImputer(strategy=strategy).fit_transform(y[:, None])[:, 0]})
    fills.append({"series": name, "method": "forward", "filled": pd.Series(y).ffill().to_numpy()})
    good = np.isfinite(y)
    straight = np.interp(t, t[good], y[good], left=np.nan, right=np.nan)
    by_pandas = pd.Series(y, index=t).interpolate(method="index", limit_area="inside").to_numpy()
    assert np.allclose(straight, by_pandas, rtol=1e-12, equal_nan=True)
    fills.append({"series": name, "method": "linear", "filled": straight})
    fills.append({"series": name, "method": "spline", "filled": spline(t, y, np.inf)})
    gap = 2.5 if name == "mag" else 0.05
    fills.append({"series": name, "method": "linear", "maxGap": gap, "filled": blank(t, y, straight, gap)})
    fills.append({"series": name, "method": "spline", "maxGap": gap, "filled": spline(t, y, gap)})
out["fills"] = fills
x4 = np.array([0.0, 0.7, 1.1, 3.0])
y4 = np.array([1.0, -2.0, 0.5, 4.0])
out["splines"] = [{"x": x4[:k], "y": y4[:k], "slopes": CubicSpline(x4[:k], y4[:k])(x4[:k], 1)} for k in (2, 3, 4)]

# A catalogue with related columns: colours, a magnitude, an error; values missing alone and together; one row with nothing.
rows = 120
star = rng.normal(0, 1, rows)
table = np.column_stack([17 + 1.5 * star + rng.normal(0, 0.2, rows), 0.6 + 0.3 * star + rng.normal(0, 0.05, rows), rng.normal(0, 1, rows), 0.2 * star + rng.normal(0, 0.3, rows)])
table = np.round(table, 4)
for column, count in enumerate((25, 15, 0, 30)):
    table[rng.choice(rows, count, replace=False), column] = np.nan
table[17] = np.nan
out["table"] = table.T


def knn(x, k, weights):
    """KNNImputer from its definition, with distances from differences: scikit-learn's own come from x² + y² - 2xy and lose half their digits."""
    missing = np.isnan(x)
    result = x.copy()
    for i, c in np.argwhere(missing):
        donors = np.flatnonzero(~missing[:, c])
        both = ~missing[donors] & ~missing[i]
        shared = both.sum(axis=1)
        d2 = np.where(both, (x[donors] - x[i]) ** 2, 0).sum(axis=1)
        reach = shared > 0
        if not reach.any():
            result[i, c] = x[donors, c].mean()
            continue
        d = np.sqrt(d2[reach] * x.shape[1] / shared[reach])
        value = x[donors[reach], c]
        near = np.argsort(d, kind="stable")[:k]
        w = np.ones(len(near)) if weights == "uniform" else 1 / d[near]
        result[i, c] = np.average(value[near], weights=w)
    return result


knns = []
for k, weights in ((5, "uniform"), (5, "distance"), (1, "uniform"), (300, "distance")):
    filled = knn(table, k, weights)
    assert np.allclose(filled, KNNImputer(n_neighbors=k, weights=weights).fit_transform(table), rtol=1e-6)
    knns.append({"neighbours": k, "weights": weights, "filled": filled.T})
out["knn"] = knns
out["distances"] = nan_euclidean_distances(table[:4] - 17, table[:4] - 17)

regressions = []
for columns, options in (([0, 1, 2, 3], {}), ([0, 1], {}), ([0, 1, 3], {"max_iter": 3, "tol": 1e-12}), ([0, 1, 2, 3], {"max_iter": 60, "tol": 1e-10})):
    imputer = IterativeImputer(**options)
    filled = imputer.fit_transform(table[:, columns])
    regressions.append({"columns": columns, **options, "rounds": imputer.n_iter_, "filled": filled.T})
out["regressions"] = regressions

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "missing.json"), "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
