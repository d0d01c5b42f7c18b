"""Golden values of box least squares: astropy's BoxLeastSquares, and by brute force what its fast method leaves out.

python test/golden/make_bls.py writes test/golden/bls.json (astropy 8.0.1, numpy 2.x; needs only these). astropy does not try boxes longer than the shortest
duration that lie across the phase of the first time (`across` has the best over all boxes on the circle of full bins, written from that description).
"""
import json
import os

import astropy
import numpy as np
from astropy.timeseries import BoxLeastSquares

from common import plain

rng = np.random.default_rng(20260814)
FIELDS = {"power": "power", "depth": "depth", "depth_error": "depth_err", "duration": "duration", "epoch": "transit_time", "snr": "depth_snr", "log_likelihood": "log_likelihood"}

# A flux with transits every 3.3 d, 0.16 d long, on an uneven grid with a gap; two of them lie across the phase of the first time at nearby periods.
t = np.sort(np.concatenate([rng.uniform(0, 13, 330), rng.uniform(15, 27, 310)]))
t = np.round(2457000.5 + t, 6)
error = np.round(0.0006 + 0.0008 * rng.random(t.size), 6)
flux = 1 + error * rng.normal(size=t.size) - 0.006 * (np.abs((t - t[0] - 0.03 + 1.65) % 3.3 - 1.65) < 0.08)
flux = np.round(flux, 6)


def across(periods, durations, oversample, objective, weights):
    """The best box over all starts on the circle of full bins and all astropy tries: [power, depth, duration]."""
    x = t - t.min()
    y = flux - np.median(flux)
    total_w, total_y = weights.sum(), (weights * y).sum()
    width = min(durations) / oversample
    best = []
    for period in periods:
        bins = np.floor(np.mod(x, period) / width).astype(int)
        turn = int(np.ceil(period / width)) - 1
        w_bin = np.bincount(bins, weights, minlength=turn + 1)[:turn]
        y_bin = np.bincount(bins, weights * y, minlength=turn + 1)[:turn]
        top = (-np.inf, np.nan, np.nan)
        for duration in durations:
            length = int(round(duration / width))
            if length > turn:
                continue
            for start in range(turn):
                inside = (start + np.arange(length)) % turn
                w, s = w_bin[inside].sum(), y_bin[inside].sum()
                if w < 1e-9 * total_w or total_w - w < 1e-9 * total_w:
                    continue
                depth = (total_y - s) / (total_w - w) - s / w
                if depth < 0:
                    continue
                power = 0.5 * w * depth**2 if objective == "likelihood" else depth / np.sqrt(1 / w + 1 / (total_w - w))
                if power > top[0]:
                    top = (power, depth, length * width)
        best.append(top)
    return best


out = {"made_with": {"astropy": astropy.__version__, "numpy": np.__version__}, "time": t, "value": flux, "error": error, "cases": []}
for durations in ([0.16], [0.05, 0.11, 0.16, 0.31]):
    for objective in ("likelihood", "snr"):
        for has_errors in (True, False):
            model = BoxLeastSquares(t, flux, error if has_errors else None)
            auto = model.autoperiod(durations, frequency_factor=1.5)
            limited = model.autoperiod(durations, minimum_period=1.2, maximum_period=9.0, frequency_factor=1.0)
            periods = np.unique(np.concatenate([np.round(rng.uniform(0.8, 12, 25), 4), [3.3, 3.2987, 1.65, 6.6, 3.31]]))
            result = model.power(periods, durations, objective=objective, oversample=10)
            out["cases"].append(
                {
                    "durations": durations,
                    "objective": objective,
                    "errors": has_errors,
                    "auto": [auto.size, auto[0], auto[-1], auto[auto.size // 3]],
                    "limited": [limited.size, limited[0], limited[-1]],
                    "periods": periods,
                    **{ours: getattr(result, theirs) for ours, theirs in FIELDS.items()},
                    "across": across(periods, durations, 10, objective, 1 / error**2 if has_errors else np.ones_like(t)),
                }
            )

for has_errors in (True, False):
    box = {"period": 3.3, "duration": 0.16, "epoch": t[0] + 0.03}
    stats = BoxLeastSquares(t, flux, error if has_errors else None).compute_stats(box["period"], box["duration"], box["epoch"])
    out.setdefault("stats", []).append(
        {
            "errors": has_errors,
            **box,
            "depth": stats["depth"][0],
            "transits": int(np.count_nonzero(stats["per_transit_count"])),
            "depth_odd": stats["depth_odd"],
            "depth_even": stats["depth_even"],
            "depth_phased": stats["depth_phased"],
            "sine": stats["harmonic_delta_log_likelihood"],
        }
    )

with open(os.path.join(os.path.dirname(__file__), "bls.json"), "w") as f:
    json.dump(plain(out), f, separators=(",", ":"))
    f.write("\n")
