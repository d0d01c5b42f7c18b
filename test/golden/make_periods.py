"""Golden values of the Lomb-Scargle family: astropy's LombScargle and LombScargleMultiband.

python test/golden/make_periods.py writes test/golden/periods.json (astropy 8.0.1, numpy 2.x; needs only these).
Powers are given at some of the frequencies of astropy's autofrequency. `sum` is the multiband periodogram of VanderPlas & Ivezic (2015), equation 15,
from astropy's powers of each band: astropy 8.0.1's own method 'fast' weighs the bands by their sums of squared powers instead, and its 'flexible' takes no notice of the normalisation.
"""
import json
import os

import astropy
import numpy as np
from astropy.timeseries import LombScargle, LombScargleMultiband

from common import plain

rng = np.random.default_rng(20260902)
out = {"versions": {"astropy": astropy.__version__, "numpy": np.__version__}}

# Magnitudes of an asymmetric variable, at night, with a season's gap and values that are missing.
n = 150
t = np.sort(np.concatenate([rng.integers(0, 60, 90), rng.integers(160, 230, 60)]) + 0.35 * rng.random(n))
t = np.round(t, 5)
dy = np.round(0.02 + 0.08 * rng.random(n), 4)
phase = 2 * np.pi * t / 3.137
y = np.round(14.2 + 0.3 * np.sin(phase) + 0.12 * np.cos(2 * phase + 0.4) + dy * rng.normal(size=n), 4)
y[[5, 77]] = np.nan
out["magnitude"] = {"time": t, "value": y, "error": dy}

# A flux far from 0, evenly sampled but for its gaps, half a period long at the lowest frequencies.
tf = np.arange(260) * 0.0204
tf = np.round(tf[(np.arange(260) % 90) < 70], 5)
ef = np.round(3.0 + rng.random(tf.size), 3)
flux = np.round(1200 + 25 * np.sin(2 * np.pi * tf / 0.77 + 1) + ef * rng.normal(size=tf.size), 3)
out["flux"] = {"time": tf, "value": flux, "error": ef}

cases = []
for name, tt, yy, ee, top in (("magnitude", t, y, dy, 1.3), ("flux", tf, flux, ef, 6.0)):
    good = np.isfinite(yy)
    for errors in (True, False):
        for terms in (1, 2, 3):
            for fit_mean, center in ((True, True), (False, True), (False, False)):
                ls = LombScargle(tt[good], yy[good], ee[good] if errors else None, nterms=terms, fit_mean=fit_mean, center_data=center)
                freq = ls.autofrequency(maximum_frequency=top, samples_per_peak=4)
                power = {
                    norm: LombScargle(tt[good], yy[good], ee[good] if errors else None, nterms=terms, fit_mean=fit_mean, center_data=center, normalization=norm).power(
                        freq, method="slow" if terms == 1 else "chi2", assume_regular_frequency=True
                    )
                    for norm in ("standard", "model", "log", "psd")
                }
                best = int(np.argmax(power["standard"]))
                pick = sorted(set(range(3, len(freq), 101)) | {max(best - 1, 0), best, min(best + 1, len(freq) - 1)})
                cases.append(
                    {
                        "data": name, "errors": errors, "terms": terms, "fitMean": fit_mean, "centerData": center,
                        "first": freq[0], "step": freq[1] - freq[0], "count": len(freq), "argmax": best, "at": pick,
                        **{norm: p[pick] for norm, p in power.items()},
                    }
                )
out["lomb_scargle"] = cases

# The spectral window is the periodogram of ones with no mean fitted, as a square of the mean phasor.
good = np.isfinite(y)
w = dy[good] ** -2.0
f = 0.003 + 0.0101 * np.arange(200)
window = np.abs((w[:, None] * np.exp(2j * np.pi * f * (t[good] - t[0])[:, None])).sum(0) / w.sum()) ** 2
out["window"] = {"first": f[0], "step": 0.0101, "count": 200, "power": window}

# Three bands of one star, as many magnitudes apart, one phase.
m = 90
tb = np.round(np.sort(rng.uniform(0, 70, m)), 5)
band = np.array(list("gri"))[rng.integers(0, 3, m)]
amplitude = {"g": 0.5, "r": 0.35, "i": 0.28}
level = {"g": 16.4, "r": 15.9, "i": 15.7}
eb = np.round(0.02 + 0.05 * rng.random(m), 4)
yb = np.round([level[b] + amplitude[b] * np.sin(2 * np.pi * x / 0.6174 + 0.3) + e * rng.normal() for x, b, e in zip(tb, band, eb)], 4)
out["bands"] = {"time": tb, "value": yb, "error": eb, "band": list(band)}
flexible = []
f = 1.55 + 0.0021 * np.arange(60)
for errors in (True, False):
    for base, own in ((1, 0), (1, 1), (2, 1), (0, 1), (0, 2), (3, 0)):
        for reg_base, reg_band in ((None, 1e-6), (1e-5, 1e-3)):
            ls = LombScargleMultiband(tb, yb, band, eb if errors else None, nterms_base=base, nterms_band=own, reg_base=reg_base, reg_band=reg_band)
            power = np.ravel(ls.power(f, method="flexible"))
            flexible.append({"errors": errors, "termsBase": base, "termsBand": own, "regBase": reg_base, "regBand": reg_band, "power": power[::3]})
sums = []
for errors in (True, False):
    for terms in (1, 2):
        powers, chi2 = [], []
        for b in "gri":
            k = band == b
            ww = eb[k] ** -2.0 if errors else np.ones(k.sum())
            chi2.append((ww * (yb[k] - np.average(yb[k], weights=ww)) ** 2).sum())
            powers.append(LombScargle(tb[k], yb[k], eb[k] if errors else None, nterms=terms).power(f, method="slow" if terms == 1 else "chi2", assume_regular_frequency=True))
        sums.append({"errors": errors, "terms": terms, "power": (np.dot(chi2, powers) / np.sum(chi2))[::3]})
out["multiband"] = {"first": f[0], "step": 0.0021, "count": len(f), "every": 3, "flexible": flexible, "sum": sums}

# Prewhitening: sinusoids with harmonics taken out one after the other, by numpy's least squares.
star = {"frequencies": [0.31877, 0.7921], "terms": 2}
x = t[good] - t[good].mean()
rest = y[good].copy()
root = np.sqrt(w)
fits = []
for freq in star["frequencies"]:
    columns = [np.ones(x.size)] + [g(2 * np.pi * k * freq * x) for k in (1, 2) for g in (np.sin, np.cos)]
    A = np.stack(columns, 1)
    b = np.linalg.lstsq(A * root[:, None], rest * root, rcond=None)[0]
    model = A[:, 1:] @ b[1:]
    fits.append({"frequency": freq, "amplitudes": [np.hypot(b[1], b[2]), np.hypot(b[3], b[4])], "model": model[::10], "rest_std": float(np.std(rest - model))})
    rest = rest - model
out["prewhiten"] = {**star, "fits": fits, "prewhitened": rest[::10]}

path = os.path.join(os.path.dirname(__file__), "periods.json")
with open(path, "w") as f:
    json.dump(plain(out), f, separators=(",", ":"))
    f.write("\n")
print(os.path.getsize(path))
