"""RR Lyrae light-curve shapes, measured from photometry: writes src/core/numerics/rrlyrae-shapes.ts.

python test/golden/make_rrlyrae_templates.py FOLDER, where FOLDER holds the Stripe 82 light curves of Sesar et al. 2010, ApJ 708, 717 (one CSV a star:
time, mag, magerr, band) and periods.csv (Num, Type, Per). Only every second star, by number, is used: the others are left to test on.
numpy 2.4.6, scipy 1.17.1.

How: every star's g, r and i curves are folded at the catalogue's period and fitted with a Fourier series whose high harmonics are damped. Curves are
brought to 0 at maximum light, 1 at minimum, with maximum light at phase 0, and sorted into groups by k-means. Then, until nothing changes: each star is
aligned with each group's shape (own phase; own level and amplitude in each band), joins the one that fits best, and the points of its members, brought
to the same scale, give the group's new shape by a robust weighted fit of a Fourier series.
"""
import csv
import glob
import os
import sys

import numpy as np
from scipy.optimize import minimize_scalar

HARMONICS = 10
GRID = np.arange(400) / 400
FLOOR = 0.02  # mag, added to the errors: the colours change the shape a little from band to band
rng = np.random.default_rng(82)


def design(phase):
    m = np.arange(1, HARMONICS + 1)
    angle = 2 * np.pi * np.outer(phase, m)
    return np.hstack([np.ones((len(phase), 1)), np.cos(angle), np.sin(angle)])


def fourier(phase, y, weight, damping):
    """Robust (Huber, 1.5 sigma) weighted least squares with a penalty growing as the fourth power of the harmonic (that on the curvature)."""
    m = np.concatenate([[0], np.arange(1, HARMONICS + 1), np.arange(1, HARMONICS + 1)])
    X = design(phase)
    w = weight / weight.sum()
    robust = np.ones_like(w)
    for _ in range(15):
        W = w * robust
        c = np.linalg.solve(X.T @ (W[:, None] * X) + np.diag(damping * m**4.0), X.T @ (W * y))
        r = (y - X @ c) * np.sqrt(weight)
        s = 1.4826 * np.median(np.abs(r - np.median(r)))
        robust = np.minimum(1, 1.5 * s / np.maximum(np.abs(r), 1e-12))
    return c


def normalized(c):
    """Maximum light (the smallest magnitude) at phase 0 with value 0, minimum light 1."""
    curve = design(GRID) @ c
    k = int(np.argmin(curve))
    best = minimize_scalar(lambda p: float((design(np.array([p])) @ c)[0]), bounds=(GRID[k] - 0.01, GRID[k] + 0.01), method="bounded", options={"xatol": 1e-10}).x
    fine = np.arange(20000) / 20000
    curve = design(fine) @ c
    low, high = float((design(np.array([best])) @ c)[0]), float(curve.max())
    m = np.arange(1, HARMONICS + 1)
    a, b = c[1 : HARMONICS + 1], c[HARMONICS + 1 :]
    turn = 2 * np.pi * m * best
    a, b = a * np.cos(turn) + b * np.sin(turn), b * np.cos(turn) - a * np.sin(turn)
    return np.concatenate([[(c[0] - low) / (high - low)], a / (high - low), b / (high - low)])


class Star:
    def __init__(self, path, kind, period):
        rows = list(csv.DictReader(open(path)))
        rows = [r for r in rows if r["mag"] and r["magerr"] and 0 < float(r["magerr"]) < 0.2]
        self.kind = kind
        self.bands = []
        for band in "gri":
            mine = [r for r in rows if r["band"] == band]
            if len(mine) < 25:
                continue
            t = np.array([float(r["time"]) for r in mine])
            self.bands.append(((t / period) % 1, np.array([float(r["mag"]) for r in mine]), 1 / (np.array([float(r["magerr"]) for r in mine]) ** 2 + FLOOR**2)))

    def aligned(self, shape, shifts):
        """Chi-square and, for each band, level and amplitude, at the best of the shifts."""
        best = (np.inf, 0.0, [])
        for shift in shifts:
            total, scales = 0.0, []
            for phase, mag, w in self.bands:
                T = design((phase + shift) % 1) @ shape
                robust = np.ones_like(w)
                for _ in range(4):
                    W = w * robust
                    tm, mm = np.average(T, weights=W), np.average(mag, weights=W)
                    A = np.sum(W * (T - tm) * (mag - mm)) / np.sum(W * (T - tm) ** 2)
                    r = (mag - mm - A * (T - tm)) * np.sqrt(w)
                    robust = np.minimum(1, 3 / np.maximum(np.abs(r), 1e-12))
                total += np.sum(robust * r**2) if A > 0 else np.inf
                scales.append((mm - A * tm, A))
            if total < best[0]:
                best = (total, shift, scales)
        return best


def kmeans(curves, k):
    order = np.argsort([c[:200].sum() for c in curves])  # saw-teeth reach minimum light early
    group = np.zeros(len(curves), int)
    for i, members in enumerate(np.array_split(order, k)):
        group[members] = i
    for _ in range(50):
        centres = np.array([curves[group == g].mean(axis=0) for g in range(k)])
        new = np.argmin(((curves[:, None, :] - centres[None]) ** 2).sum(axis=2), axis=1)
        if np.array_equal(new, group) or len(set(new)) < k:
            break
        group = new
    return group


def shapes(stars, k, damping):
    curves = []
    for s in stars:
        phase, mag, w = s.bands[0]
        curves.append(design(GRID) @ normalized(fourier(phase, mag, w, 1e-4)))
    group = kmeans(np.array(curves), k)
    current = [normalized(fourier(np.tile(GRID, (group == g).sum()), np.concatenate([curves[i] for i in np.flatnonzero(group == g)]), np.ones(400 * (group == g).sum()), 1e-9)) for g in range(k)]
    for turn in range(12):
        fits = [[s.aligned(c, np.arange(100) / 100) for c in current] for s in stars]
        new = np.array([int(np.argmin([f[0] for f in row])) for row in fits])
        pools = []
        for g in range(k):
            P, Y, W = [], [], []
            for s, star_fit, mine in zip(stars, fits, new):
                if mine != g:
                    continue
                _, shift, scales = s.aligned(current[g], star_fit[g][1] + np.arange(-10, 11) / 2000)
                for (phase, mag, w), (level, A) in zip(s.bands, scales):
                    P.append((phase + shift) % 1)
                    Y.append((mag - level) / A)
                    W.append(w * A**2)
            pools.append((np.concatenate(P), np.concatenate(Y), np.concatenate(W)))
        current = [normalized(fourier(*pool, damping)) for pool in pools]
        if turn > 4 and np.array_equal(new, group):
            break
        group = new
    sizes = [int((group == g).sum()) for g in range(k)]
    scatter = [float(np.median(np.abs(pool[1] - design(pool[0]) @ c)) * 1.4826) for pool, c in zip(pools, current)]
    return current, sizes, scatter


def rise(c):
    curve = design(GRID) @ c
    return 1 - GRID[int(np.argmax(curve))]


if __name__ == "__main__":
    folder = sys.argv[1]
    here = os.path.dirname(os.path.abspath(__file__))
    catalogue = {r["Num"]: r for r in csv.DictReader(open(os.path.join(folder, "periods.csv")))}
    files = sorted((f for f in glob.glob(os.path.join(folder, "[0-9]*.csv"))), key=lambda f: int(os.path.basename(f)[:-4]))[::2]
    stars = [Star(f, catalogue[n]["Type"], float(catalogue[n]["Per"])) for f in files for n in [os.path.basename(f)[:-4]] if n in catalogue]
    stars = [s for s in stars if len(s.bands) == 3]
    out = []
    for kind, k, name in (("ab", 3, "RRab"), ("c", 1, "RRc")):
        found, sizes, scatter = shapes([s for s in stars if s.kind == kind], k, 2e-5)
        for i in np.argsort([rise(c) for c in found]):
            out.append((name, found[i], sizes[i], scatter[i]))
            print(name, "stars", sizes[i], "rise", round(rise(found[i]), 3), "scatter of points", round(scatter[i], 3), "harmonics", np.round(np.hypot(found[i][1:11], found[i][11:]), 3))
    counts = {}
    lines = [
        "/** A light-curve shape as a Fourier series of the phase: 0 at maximum light (phase 0), 1 at minimum light. */",
        "export interface RrLyraeShape {",
        "  readonly name: string;",
        "  /** Σ cos[m - 1] cos 2πmφ + sin[m - 1] sin 2πmφ + mean. */",
        "  readonly mean: number;",
        "  readonly cos: readonly number[];",
        "  readonly sin: readonly number[];",
        "}",
        "",
        "/**",
        " * Shapes of RR Lyrae stars, measured by test/golden/make_rrlyrae_templates.py from the g, r and i photometry of every second star of a set of 65 in",
        " * Stripe 82 (Sesar et al. 2010, ApJ 708, 717, doi:10.1088/0004-637X/708/1/717), folded at the catalogue's periods. RRab by how fast they rise.",
        " */",
        "export const RR_LYRAE_SHAPES: readonly RrLyraeShape[] = [",
    ]
    for name, c, size, scatter in out:
        counts[name] = counts.get(name, 0) + 1
        label = f"{name}{counts[name]}" if name == "RRab" else name
        numbers = lambda v: "[" + ", ".join(f"{x:.6g}" for x in v) + "]"
        lines += [
            f"  // {size} star{'' if size == 1 else 's'}; rise {rise(c):.2f} of the period; points scatter by {scatter:.3f} of the amplitude.",
            f"  {{ name: '{label}', mean: {c[0]:.6g}, cos: {numbers(c[1:11])}, sin: {numbers(c[11:])} }},",
        ]
    lines += ["];", ""]
    with open(os.path.join(here, "../../src/core/numerics/rrlyrae-shapes.ts"), "w") as f:
        f.write("\n".join(lines))
