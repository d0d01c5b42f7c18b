"""Golden values of the searches by folding: written from the papers, on plain arrays, since no library has them in these forms.

python test/golden/make_folding.py writes test/golden/folding.json (numpy 2.x). Phase dispersion: Stellingwerf 1978; string length: Lafler & Kinman 1965 with
the normalisation of Clarke 2002, and Dworetsky 1983; conditional entropy: Graham et al. 2013 (through scipy.stats.entropy: H(v, phase) - H(phase)).
"""
import json
import os

import numpy as np
import scipy
from scipy.stats import entropy

from common import plain

rng = np.random.default_rng(20260815)


def phases(t, frequency):
    return np.mod((t - t.min()) * frequency, 1.0)


def theta(t, y, frequency, bins, covers, least):
    """Bins of width 1/bins; cover c is shifted by c / (bins covers)."""
    phi = phases(t, frequency)
    above, below = 0.0, 0
    for cover in range(covers):
        which = np.floor(np.mod(phi - cover / (bins * covers), 1.0) * bins + 1e-12)
        for b in range(bins):
            inside = y[which == b]
            if inside.size >= least:
                above += (inside.size - 1) * np.var(inside, ddof=1)
                below += inside.size - 1
    return above / below / np.var(y, ddof=1) if below else np.nan


def lafler_kinman(t, y, frequency):
    v = y[np.argsort(phases(t, frequency), kind="stable")]
    n = v.size
    return np.sum((np.roll(v, -1) - v) ** 2) / np.sum((v - v.mean()) ** 2) * (n - 1) / (2 * n)


def dworetsky(t, y, frequency):
    phi = phases(t, frequency)
    order = np.argsort(phi, kind="stable")
    phi, v = phi[order], ((y - y.min()) / (2 * (y.max() - y.min())) - 0.25)[order]
    return np.sum(np.hypot(np.diff(v), np.diff(phi))) + np.hypot(v[0] - v[-1], phi[0] - phi[-1] + 1)


def conditional_entropy(t, y, frequency, phase_bins, value_bins):
    scaled = (y - y.min()) / (y.max() - y.min())
    counts, _, _ = np.histogram2d(phases(t, frequency), scaled, bins=[phase_bins, value_bins], range=[[0, 1], [0, 1]])
    return entropy(counts.ravel()) - entropy(counts.sum(axis=1))


def curve(t, y, frequencies):
    settings = [(5, 2, 2), (10, 2, 2), (10, 1, 10), (20, 3, 4)]
    return {
        "frequencies": frequencies,
        "theta": [{"bins": b, "covers": c, "least": m, "values": [theta(t, y, f, b, c, m) for f in frequencies]} for b, c, m in settings],
        "lafler-kinman": [lafler_kinman(t, y, f) for f in frequencies],
        "dworetsky": [dworetsky(t, y, f) for f in frequencies],
        "entropy": [
            {"phaseBins": p, "valueBins": v, "values": [conditional_entropy(t, y, f, p, v) for f in frequencies]} for p, v in ((10, 5), (7, 12))
        ],
    }


# Magnitudes on uneven nights with a season's gap; a flux on an even grid with eclipses. Binary fractions of the frequencies keep phases off the bins' edges.
n = 170
t_mag = np.sort(np.round(np.concatenate([rng.uniform(58000, 58090, 100), rng.uniform(58200, 58270, n - 100)]), 5))
mag = np.round(17 + 0.4 * np.sin(2 * np.pi * t_mag / 0.613) + 0.15 * np.sin(4 * np.pi * t_mag / 0.613 + 1) + rng.normal(0, 0.05, n), 4)
t_flux = np.round(2454953.5 + 0.0204340278 * np.arange(400), 7)
flux = np.round(10400 + rng.normal(0, 4, 400) - 300 * (np.mod(t_flux, 1.3771) < 0.11), 2)
f_mag = np.concatenate([np.round(rng.uniform(0.02, 6, 40), 6), [1 / 0.613, 0.5 / 0.613, 2 / 0.613]])
f_flux = np.concatenate([np.round(rng.uniform(0.3, 10, 30), 6), [1 / 1.3771, 0.5 / 1.3771]])

i = np.arange(200)
t_table = 0.37 * i + 0.05 * np.sin(i)
y_table = 10 + np.sin(2 * np.pi * t_table / 2.1) + 0.1 * np.cos(7 * i)

out = {
    "made_with": {"numpy": np.__version__, "scipy": scipy.__version__},
    "mag": {"time": t_mag, "value": mag, **curve(t_mag, mag, f_mag)},
    "flux": {"time": t_flux, "value": flux, **curve(t_flux, flux, f_flux)},
    "table": {"theta_2.1": theta(t_table, y_table, 1 / 2.1, 10, 1, 10), "theta_1.7": theta(t_table, y_table, 1 / 1.7, 10, 1, 10)},
}
with open(os.path.join(os.path.dirname(__file__), "folding.json"), "w") as f:
    json.dump(plain(out), f, separators=(",", ":"))
    f.write("\n")
