"""Golden values of outliers and clusters: scikit-learn where it has the method, references written from the papers where nothing has.

python test/golden/make_outliers.py writes test/golden/outliers.json (scikit-learn 1.9.1, numpy and astropy as the file says).
"""
import json
import os

import astropy
import numpy as np
import sklearn
from astropy.stats import mad_std
from sklearn.cluster import DBSCAN, KMeans
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor

from common import plain

rng = np.random.default_rng(20261125)


def short(x, digits=5):
    return np.round(x, digits)


out = {"made_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "astropy": astropy.__version__}}

# Points of two to four dimensions: clumps of different density, a ring, stragglers, exact repetitions.
n = 150
clumps = np.vstack([rng.normal(0, 0.3, (60, 2)), rng.normal((4, 1), 1.0, (50, 2)), rng.uniform(-4, 8, (25, 2)), rng.normal((0, 5), 0.1, (15, 2))])
sets = {
    "plane": short(clumps),
    "line": short(np.concatenate([rng.normal(0, 1, 110), rng.normal(9, 0.2, 35), [4.3, -6.0, 15.0]])[:, None]),
    "four": short(np.hstack([clumps[:120] * 0.7, rng.normal(0, 1, (120, 2))])),
    "repeated": np.vstack([np.repeat([[1.0, 2.0], [1.5, 2.0], [9.0, 9.0]], [14, 9, 1], axis=0), short(rng.normal((1.2, 2), 0.4, (30, 2)))]),
}
out["sets"] = sets

out["lof"] = []
for name, points in sets.items():
    if name == "repeated":
        continue
    for k in (5, 20):
        model = LocalOutlierFactor(n_neighbors=k).fit(points)
        out["lof"].append({"set": name, "k": k, "factor": -model.negative_outlier_factor_, "flagged": np.flatnonzero(model.negative_outlier_factor_ < -1.5)})
    share = LocalOutlierFactor(n_neighbors=20, contamination=0.05).fit(points)
    out["lof"].append({"set": name, "k": 20, "contamination": 0.05, "factor": -share.negative_outlier_factor_, "flagged": np.flatnonzero(share.negative_outlier_factor_ < share.offset_)})
# With repetitions scikit-learn is unambiguous while no tie decides the last neighbour: k above the repetitions' number, distinct others.
model = LocalOutlierFactor(n_neighbors=25).fit(sets["repeated"])
out["lof"].append({"set": "repeated", "k": 25, "factor": -model.negative_outlier_factor_, "flagged": np.flatnonzero(model.negative_outlier_factor_ < -1.5)})

out["dbscan"] = []
for name, points in sets.items():
    for eps, samples in ((0.2, 3), (0.5, 5), (1.0, 4), (3.0, 10), (0.05, 1)):
        model = DBSCAN(eps=eps, min_samples=samples).fit(points)
        core = np.zeros(len(points), int)
        core[model.core_sample_indices_] = 1
        out["dbscan"].append({"set": name, "eps": eps, "minSamples": samples, "labels": model.labels_, "core": core})

out["kmeans"] = []
for name, k in (("plane", 4), ("line", 3), ("four", 5), ("repeated", 2)):
    points = sets[name]
    start = points[rng.choice(len(points), k, replace=False)]
    if name == "repeated":
        start = points[[0, 23]]
    model = KMeans(n_clusters=k, init=start, n_init=1, tol=0, max_iter=1000, algorithm="lloyd").fit(points)
    out["kmeans"].append({"set": name, "start": start, "labels": model.labels_, "centres": model.cluster_centers_, "inertia": model.inertia_})


# Isolation forest from Liu, Ting & Zhou (2008), algorithms 1 to 3, with scikit-learn's choice of the column among those that vary, fed with the
# numbers of the mulberry32 generator.
def mulberry32(seed):
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        x = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        x ^= (x + (((x ^ (x >> 7)) * (x | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        yield ((x ^ (x >> 14)) & 0xFFFFFFFF) / 2**32


def c(n):
    return 0.0 if n <= 1 else 1.0 if n == 2 else 2 * (np.log(n - 1) + np.euler_gamma) - 2 * (n - 1) / n


def itree(points, depth, limit, draw):
    varying = np.flatnonzero(points.min(axis=0) < points.max(axis=0)) if len(points) > 1 else []
    if depth >= limit or len(varying) == 0:
        return depth + c(len(points))
    column = varying[int(next(draw) * len(varying))]
    low, high = points[:, column].min(), points[:, column].max()
    split = low + next(draw) * (high - low)
    left = points[:, column] <= split
    return (column, split, itree(points[left], depth + 1, limit, draw), itree(points[~left], depth + 1, limit, draw))


def path(tree, x):
    while isinstance(tree, tuple):
        tree = tree[2] if x[tree[0]] <= tree[1] else tree[3]
    return tree


def forest(points, trees, samples, seed):
    draw = mulberry32(seed)
    size = min(samples, len(points))
    limit = int(np.ceil(np.log2(size)))
    rows = sorted(range(len(points)), key=lambda i: tuple(points[i]))
    sums = np.zeros(len(points))
    for _ in range(trees):
        for k in range(size):
            other = k + int(next(draw) * (len(rows) - k))
            rows[k], rows[other] = rows[other], rows[k]
        tree = itree(points[rows[:size]], 0, limit, draw)
        sums += [path(tree, x) for x in points]
    return 2.0 ** (-sums / trees / c(size))


out["forest"] = []
for name, trees, samples, seed in (("plane", 60, 64, 11), ("line", 40, 256, 12), ("four", 50, 100, 13), ("repeated", 30, 32, 14)):
    points = sets[name]
    sk = np.mean([-IsolationForest(n_estimators=300, max_samples=min(samples, len(points)), random_state=r).fit(points).score_samples(points) for r in range(5)], axis=0)
    out["forest"].append({"set": name, "trees": trees, "samples": samples, "seed": seed, "score": forest(points, trees, samples, seed), "sklearn": short(sk, 6)})


# Clipping about a local level, from its definition, on an uneven light curve with gaps and missing values.
m = 170
time = short(np.sort(np.concatenate([rng.uniform(0, 30, 100), rng.uniform(55, 80, m - 100)])))
mag = 15 + 0.4 * np.sin(2 * np.pi * time / 2.37) + 0.02 * time + rng.normal(0, 0.03, m)
mag[rng.choice(m, 7, replace=False)] += rng.choice([-0.9, 0.5, 1.4], 7)
mag = short(mag)
mag[[5, 60, 133]] = np.nan
flux = short(10 ** (-0.4 * (mag - 20)), 4)
out["curve"] = {"time": time, "mag": mag, "flux": flux}


def segments(t, gap):
    return np.cumsum(np.r_[0, np.diff(t) > gap])


def clip(y, near, lower, upper, iterations, fewest, scale, segment):
    """near(i, j): whether rows j are in the neighbourhood of row i; all arrays over the usable rows."""
    left = np.ones(len(y), bool)
    flagged = np.zeros(len(y), bool)
    window = np.array([near(i) for i in range(len(y))])
    for _ in range(iterations):
        level = np.array([np.median(y[window[i] & left]) if (window[i] & left).any() else np.nan for i in range(len(y))])
        count = (window & left).sum(axis=1)
        r = y - level
        judged = left & (count >= fewest)
        if scale == "global":
            spread = np.full(len(y), mad_std(r[judged]))
        elif scale == "segment":
            spread = np.array([mad_std(r[judged & (segment == segment[i])]) for i in range(len(y))])
        else:
            spread = np.array([1.482602218505602 * np.median(np.abs(r[window[i] & judged])) if (window[i] & judged).any() else np.nan for i in range(len(y))])
        new = judged & (spread > 0) & ((r < -lower * spread) | (r > upper * spread))
        if not new.any():
            break
        flagged |= new
        left &= ~new
    return flagged


out["running_clip"] = []
out["phase_clip"] = []
for column, y in (("mag", mag), ("flux", flux)):
    good = np.flatnonzero(np.isfinite(y))
    t, v = time[good], y[good]
    for window, gap, lower, upper, scale, iterations in (
        (0.8, 0.4, 5, 5, "global", 5), (1.0, 5, 4, 3, "segment", 10), (1.2, 5, 4, 4, "local", 3), (40, 100, 3, 3, "global", 1), (1.0, 5, 3, np.inf, "global", 50),
    ):
        s = segments(t, gap)
        half = window / 2 * (1 + 1e-6)
        hit = clip(v, lambda i: (t >= t[i] - half) & (t <= t[i] + half) & (s == s[i]), lower, upper, iterations, 5, scale, s)
        out["running_clip"].append({"value": column, "window": window, "breakTolerance": gap, "lower": lower, "upper": upper, "scale": scale, "iterations": iterations, "flagged": good[hit]})
    for period, epoch, width, curve, lower, upper, scale, iterations in (
        (2.37, 0.3, 0.05, "running", 5, 5, "global", 5), (2.37, 7.0, 0.2, "running", 4, 3, "local", 5), (2.37, 0.0, 0.05, "bins", 4, 4, "global", 10), (1.185, 1.1, 0.1, "bins", 3, 3, "local", 2),
    ):
        phase = ((t - epoch) / period) % 1.0
        half = width / 2 * (1 + 1e-6)
        bins = np.floor(phase * round(1 / width))
        if curve == "bins":
            near = lambda i: bins == bins[i]
        else:
            near = lambda i: np.minimum(np.abs(phase - phase[i]), 1 - np.abs(phase - phase[i])) <= half
        hit = clip(v, near, lower, upper, iterations, 5, scale, None)
        out["phase_clip"].append({"value": column, "period": period, "epoch": epoch, "width": width, "curve": curve, "lower": lower, "upper": upper, "scale": scale, "iterations": iterations, "flagged": good[hit]})

# Robust local lines without the point itself, from their definition (Cleveland 1979 with the point left out), by numpy's least squares.
def local_line(x, y, k, wrap):
    result = []
    for i in range(len(x)):
        others = np.delete(np.arange(len(x)), i)
        dx = x[others] - x[i]
        if wrap:
            dx = dx - wrap * np.round(dx / wrap)
        order = np.argsort(np.abs(dx), kind="stable")[:k]
        dx, v = dx[order], y[others][order]
        u = np.abs(dx) / (1.0001 * np.abs(dx).max())
        tricube = (1 - u**3) ** 3 + 1e-3
        w = tricube
        for step in range(3):
            root = np.sqrt(w)
            (zero, slope), *_ = np.linalg.lstsq(np.c_[root, root * dx], root * v, rcond=None)
            r = v - zero - slope * dx
            if step < 2:
                z = r / (6 * np.median(np.abs(r)))
                w = np.where(np.abs(z) < 1, tricube * (1 - z**2) ** 2, 0)
        result.append(zero)
    return result


good = np.isfinite(mag)
# Unrounded phases: no two neighbours are equally far.
phase = ((time[good] + rng.uniform(0, 1e-3, good.sum()) - 0.3) / 2.37) % 1.0
by_phase = np.argsort(phase)
out["local_line"] = [{"x": time[good], "y": mag[good], "k": k, "wrap": 0, "fit": local_line(time[good], mag[good], k, 0)} for k in (7, 31)] + [
    {"x": phase[by_phase], "y": mag[good][by_phase], "k": 11, "wrap": 1, "fit": local_line(phase[by_phase], mag[good][by_phase], 11, 1.0)}
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "outliers.json"), "w") as f:
    json.dump(plain(out), f)
    f.write("\n")
