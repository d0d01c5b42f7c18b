"""Golden values of features per light curve, structure function and damped random walk.

python3 test/golden/make_features.py writes test/golden/features.json (astropy 8.0.1, scipy 1.17.1, numpy 2.4). scipy, astropy and numpy where they have
the quantity; otherwise the papers' formulas written out here, without a look at the TypeScript: Richards et al. 2011, Stetson 1996, Kim et al. 2014,
Simon & Lee 1981, Schmidt et al. 2010, Kelly et al. 2009 (as a dense Gaussian process).
"""
import json
import os
import warnings

import astropy
import numpy as np
import scipy
import scipy.linalg
import scipy.optimize
import scipy.special
import scipy.stats
from astropy.timeseries import LombScargle

from common import plain

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261125)


def short(x, digits=6):
    return np.round(x, digits)


def uneven(n, start, span):
    return short(np.sort(np.r_[start + rng.uniform(0, 0.4 * span, n // 2), start + rng.uniform(0.6 * span, span, n - n // 2)]), 5)


def curves():
    t = uneven(180, 58000, 240)
    e = short(0.03 + 0.05 * rng.random(180))
    rr = 17.3 + 0.3 * np.sin(2 * np.pi * t / 0.5683) + 0.12 * np.sin(4 * np.pi * t / 0.5683 + 0.8) + 0.05 * np.sin(6 * np.pi * t / 0.5683 + 2)
    mag = short(rr + rng.normal(0, 1, 180) * e)
    mag[[7, 44, 101]] = np.nan
    t2 = short(2454953.5 + 0.0204340278 * np.arange(150) + (np.arange(150) > 70) * 1.3, 7)
    flux = short(10400 + 60 * np.sin(np.arange(150) / 20) + rng.normal(0, 4, 150) + 300 * (rng.random(150) < 0.03), 3)
    t3 = uneven(61, 0, 30)
    t3[20] = t3[21]
    zero = short(rng.normal(0, 1, 61), 4)
    zero[10] = zero[30]
    t4 = short(np.arange(9) * 1.1)
    few = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0])
    return {
        "mag": {"time": t, "value": mag, "error": e, "magnitude": True},
        "flux": {"time": t2, "value": flux, "error": short(np.full(150, 4.0) + rng.random(150)), "magnitude": False},
        "zero": {"time": t3, "value": zero, "error": short(0.5 + rng.random(61)), "magnitude": False},
        "few": {"time": t4, "value": few, "error": np.full(9, 1.5), "magnitude": False},
    }


def usable(c):
    good = np.isfinite(c["value"])
    t, y, e = c["time"][good], c["value"][good], c["error"][good]
    order = np.lexsort((e, y, t))
    return t[order], y[order], e[order]


def signed_root(p):
    return np.sign(p) * np.sqrt(np.abs(p))


def stetson(t, y, e, window=None):
    n = len(y)
    wmean = np.average(y, weights=1 / e**2)
    d = np.sqrt(n / (n - 1)) * (y - wmean) / e
    if window is None:
        p = d[:-1] * d[1:]
    else:
        p, i = [], 0
        while i < n:
            if i + 1 < n and t[i + 1] - t[i] <= window:
                p.append(d[i] * d[i + 1])
                i += 2
            else:
                p.append(d[i] ** 2 - 1)
                i += 1
        p = np.array(p)
    j = np.mean(signed_root(p))
    k = np.mean(np.abs(d)) / np.sqrt(np.mean(d**2))
    return j, k, j * k / 0.798


def acf(y):
    d = y - y.mean()
    return np.array([np.sum(d[k:] * d[: len(d) - k]) for k in range(len(d))]) / np.sum(d * d)


def features(c):
    t, y, e = usable(c)
    n = len(y)
    s = np.std(y, ddof=1)
    med = np.median(y)
    q = lambda p: np.percentile(y, p)
    f = 10 ** (-0.4 * (y - med)) if c["magnitude"] else y
    fq = lambda p: np.percentile(f, p)
    fmed = np.median(f)
    tail = int(np.ceil(0.05 * n))
    ys = np.sort(y)
    dy, dt = np.diff(y), np.diff(t)
    ok = dt > 0
    m = ok.sum()
    line = scipy.stats.linregress(t - t.mean(), y)
    cum = np.cumsum(y - y.mean()) / (n * s)
    beyond = np.abs(y - y.mean()) > 2 * s
    w = 1 / e**2
    wmean = np.average(y, weights=w)
    noise = np.mean(e**2)
    excess = (s**2 - noise) / y.mean() ** 2
    j, k, l = stetson(t, y, e)
    r = acf(y)
    last = np.diff(y[-30:])
    out = {
        "n": n, "baseline": t[-1] - t[0], "mean": y.mean(), "mean_error": scipy.stats.sem(y), "median": med, "std": s,
        "mad": scipy.stats.median_abs_deviation(y), "min": y.min(), "max": y.max(), "amplitude": np.ptp(y) / 2,
        "amplitude_5_95": (q(95) - q(5)) / 2, "amplitude_feets": (np.median(ys[-tail:]) - np.median(ys[:tail])) / 2, "mean_variance": s / y.mean(),
        "q31": scipy.stats.iqr(y),
        "percent_amplitude": np.max(np.abs(f - fmed)) / abs(fmed), "percent_difference_flux_percentile": (fq(95) - fq(5)) / abs(fmed),
        "median_buffer_range_percentage": np.mean((y > med - np.ptp(y) / 20) & (y < med + np.ptp(y) / 20)),
        "skew": scipy.stats.skew(y), "kurtosis": scipy.stats.kurtosis(y), "small_kurtosis": scipy.stats.kurtosis(y, bias=False),
        "gskew": np.median(y[y <= q(3)]) + np.median(y[y >= q(97)]) - 2 * med,
        "beyond_1_std": np.mean(np.abs(y - y.mean()) > s), "beyond_2_std": np.mean(beyond),
        "anderson_darling": scipy.stats.anderson(y, "norm").statistic,
        "weighted_mean": wmean, "weighted_mean_error": np.sum(w) ** -0.5, "reduced_chi2": np.sum(w * (y - wmean) ** 2) / (n - 1),
        "excess_variance": excess,
        "excess_variance_error": np.sqrt((np.sqrt(2 / n) * noise / y.mean() ** 2) ** 2 + (np.sqrt(noise / n) * 2 * np.sqrt(max(excess, 0)) / y.mean()) ** 2),
        "stetson_j": j, "stetson_k": k, "stetson_l": l, "roms": np.sum(np.abs(y - med) / e) / (n - 1),
        "eta": np.sum(dy**2) / ((n - 1) * s**2),
        "eta_e": (t[-1] - t[0]) ** 2 / m**3 * np.sum((dy[ok] / dt[ok]) ** 2) / s**2,
        "con": np.sum(beyond[2:] & beyond[1:-1] & beyond[:-2]) / (n - 2), "rcs": np.ptp(cum),
        "autocorrelation_lag_1": r[1], "autocorrelation_length": int(np.flatnonzero(r < np.exp(-1))[0]),
        "linear_trend": line.slope, "linear_trend_error": line.stderr, "max_slope": np.max(np.abs(dy[ok] / dt[ok])),
        "pair_slope_trend": (np.sum(last > 0) - np.sum(last < 0)) / len(last),
    }
    for width in (20, 35, 50, 65, 80):
        out[f"flux_percentile_ratio_mid{width}"] = (fq(50 + width / 2) - fq(50 - width / 2)) / (fq(95) - fq(5))
    return out


def fourier(t, y, e, frequency, terms, weighted):
    """Design matrix and SVD; errors by propagation of the covariance with numerical derivatives."""
    th = 2 * np.pi * frequency * (t - t.mean())
    X = np.column_stack([np.ones_like(t)] + [f(k * th) for k in range(1, terms + 1) for f in (np.cos, np.sin)])
    sigma = e if weighted else np.ones_like(e)
    x, *_ = np.linalg.lstsq(X / sigma[:, None], y / sigma, rcond=None)
    rest = y - X @ x
    w = sigma**-2
    scatter2 = np.average(rest**2, weights=w) * len(t) / (len(t) - len(x))
    cov = np.linalg.inv((X / sigma[:, None]).T @ (X / sigma[:, None])) * (1 if weighted else scatter2)

    def quantities(x):
        a = np.hypot(x[1::2], x[2::2])
        phi = np.arctan2(-x[2::2], x[1::2])
        out = {}
        for k in range(1, terms + 1):
            out[f"amplitude_{k}"] = a[k - 1]
        for k in range(2, terms + 1):
            out[f"r{k}1"] = a[k - 1] / a[0]
            out[f"phi{k}1"] = (phi[k - 1] - k * phi[0]) % (2 * np.pi)
        return out

    values = quantities(x)
    out = dict(values)
    for name in values:
        gradient = []
        for i in range(len(x)):
            h = 1e-5 * values["amplitude_1"]
            up, down = x.copy(), x.copy()
            up[i] += h
            down[i] -= h
            gradient.append((quantities(up)[name] - quantities(down)[name]) / (2 * h))
        gradient = np.array(gradient)
        out[f"{name}_error"] = np.sqrt(gradient @ cov @ gradient)
    out["period_error"] = np.sqrt(6 / len(t)) * np.sqrt(scatter2) / (np.pi * np.ptp(t) * values["amplitude_1"]) / frequency**2
    phase = (frequency * (t - t[0])) % 1
    yf = y[np.argsort(phase, kind="stable")]
    s2 = np.var(y, ddof=1)
    out["psi_eta"] = np.sum(np.diff(yf) ** 2) / ((len(y) - 1) * s2)
    out["psi_cs"] = np.ptp(np.cumsum(yf - yf.mean())) / (len(y) * np.sqrt(s2))
    return out


def best_period(t, y, e, low, high):
    """The highest exact power near the grid's best, by astropy and a bounded search."""
    ls = LombScargle(t, y, e)
    f = np.arange(low, high, 1 / np.ptp(t) / 5)
    top = f[np.argmax(ls.power(f, method="cython"))]
    step = f[1] - f[0]
    found = scipy.optimize.minimize_scalar(lambda x: float(-ls.power(np.array([x]), method="slow")[0]), bounds=(top - step, top + step), method="bounded", options={"xatol": 1e-13})
    z = -found.fun
    return {"frequency": found.x, "power": z, "fap": float(ls.false_alarm_probability(z, method="baluev", maximum_frequency=f[-1])), "last": f[-1]}


out = {"made_with": {"astropy": astropy.__version__, "scipy": scipy.__version__, "numpy": np.__version__}}
out["curves"] = curves()
out["features"] = {name: features(c) for name, c in out["curves"].items()}
out["stetson_pairs"] = [
    {"curve": name, "window": window, **dict(zip(("j", "k", "l"), stetson(*usable(out["curves"][name]), window)))}
    for name, window in (("mag", 0.3), ("mag", 2.0), ("flux", 0.021), ("few", 0.5))
]
out["log_normal"] = [{"z": z, "below": scipy.special.log_ndtr(-z), "above": scipy.special.log_ndtr(z)} for z in (0.0, 0.3, 1.0, 2.7182, 4.4, 7.99, 8.0, 9.5, 20.0, 37.5)]
t, y, e = usable(out["curves"]["mag"])
best = best_period(t, y, e, 1.0, 3.0)
out["fourier"] = [
    {"terms": terms, "weighted": weighted, "frequency": best["frequency"], "values": fourier(t, y, e, best["frequency"], terms, weighted)}
    for terms, weighted in ((4, True), (2, True), (3, False))
]
out["best"] = best


# Damped random walk: the dense Gaussian process, with the mean by generalised least squares.
def walk(n, start, span, sigma, tau, noise):
    t = uneven(n, start, span)
    e = short(noise * (0.5 + rng.random(n)))
    cov = sigma**2 * np.exp(-np.abs(t[:, None] - t[None, :]) / tau)
    y = 19 + np.linalg.cholesky(cov + 1e-12 * np.eye(n)) @ rng.normal(0, 1, n) + rng.normal(0, 1, n) * e
    return {"time": t, "value": short(y), "error": e}


def dense(c, log_sigma, log_tau):
    t, y, e = c["time"], c["value"], c["error"]
    cov = np.exp(2 * log_sigma) * np.exp(-np.abs(t[:, None] - t[None, :]) * np.exp(-log_tau)) + np.diag(e**2)
    factor = scipy.linalg.cho_factor(cov, lower=True)
    one = np.ones_like(t)
    precision = one @ scipy.linalg.cho_solve(factor, one)
    mean = one @ scipy.linalg.cho_solve(factor, y) / precision
    r = y - mean
    logdet = 2 * np.sum(np.log(np.diag(factor[0])))
    return -0.5 * (r @ scipy.linalg.cho_solve(factor, r) + logdet + len(t) * np.log(2 * np.pi)), mean, precision**-0.5


def curvature(f, x, h=2e-3):
    """Hessian by central differences with Richardson's extrapolation."""
    def at(h):
        out = np.empty((2, 2))
        for i in range(2):
            for j in range(2):
                a, b = np.eye(2)[i] * h, np.eye(2)[j] * h
                out[i, j] = (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4 * h * h)
        return out
    return (4 * at(h / 2) - at(h)) / 3


def climb(f, x):
    """The maximum by Newton's method on differences, begun by Nelder-Mead."""
    x = scipy.optimize.minimize(lambda v: -f(v), x, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}).x
    for _ in range(3):
        h = 1e-3
        g = np.array([(8 * (f(x + d) - f(x - d)) - (f(x + 2 * d) - f(x - 2 * d))) / (12 * h) for d in np.eye(2) * h])
        x = x - np.linalg.solve(curvature(f, x), g)
    return x


def white(c):
    y, e = c["value"], c["error"]

    def f(q):
        v = q + e**2
        m = np.average(y, weights=1 / v)
        return -0.5 * np.sum((y - m) ** 2 / v + np.log(2 * np.pi * v))
    found = scipy.optimize.minimize_scalar(lambda s: -f(np.exp(s)), bounds=(-14, 4), method="bounded", options={"xatol": 1e-9})
    return max(-found.fun, f(0.0))


walks = {
    "quasar": walk(140, 53000, 1500, 0.2, 60, 0.03),
    "fast": walk(90, 0, 40, 1.3, 0.8, 0.2),
    "ties": walk(60, 100, 300, 0.1, 15, 0.05),
}
walks["ties"]["time"][10] = walks["ties"]["time"][11]
out["walks"] = walks
out["damped_random_walk"] = []
for name, c in walks.items():
    f = lambda x: dense(c, *x)[0]
    s = np.log(np.std(c["value"]))
    x = climb(f, np.array([s, {"quasar": 4.0, "fast": 0.0, "ties": 2.5}[name]]))
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature(f, x))))
    chi2 = np.sum((c["value"] - np.average(c["value"], weights=c["error"] ** -2)) ** 2 / c["error"] ** 2)
    points = [(s, 0.0), (s - 1, 3.0), (s + 1, 6.0), (s, -3.0)]
    out["damped_random_walk"].append({
        "curve": name, "at": [{"log_sigma": a, "log_tau": b, "value": dense(c, a, b)[0], "mean": dense(c, a, b)[1]} for a, b in points],
        "sigma": np.exp(x[0]), "tau": np.exp(x[1]), "sigma_error": np.exp(x[0]) * errors[0], "tau_error": np.exp(x[1]) * errors[1],
        "mean": dense(c, *x)[1], "mean_error": dense(c, *x)[2], "log_likelihood": f(x), "delta_log_likelihood": f(x) - white(c),
        "q": (chi2 - (len(c["time"]) - 1)) / np.sqrt(2 * (len(c["time"]) - 1)),
    })

# Structure function: Schmidt et al. 2010 over all pairs of different times.
out["structure_function"] = []
for name, c in walks.items():
    t, y, e = c["time"], c["value"], c["error"]
    i, j = np.triu_indices(len(t), 1)
    lag, d, noise = np.abs(t[j] - t[i]), y[j] - y[i], e[i] ** 2 + e[j] ** 2
    keep = lag > 0
    lag, d, noise = lag[keep], d[keep], noise[keep]
    pivot = {"quasar": 365.25, "fast": 10.0, "ties": 365.25}[name]

    def like(x):
        v = np.exp(2 * x[0]) * (lag / pivot) ** (2 * x[1]) + noise
        return np.sum(scipy.stats.norm.logpdf(d, 0, np.sqrt(v)))
    for prior in ("schmidt", "flat"):
        f = (lambda x: like(x) - np.log(1 + x[1] ** 2)) if prior == "schmidt" else like
        x = climb(f, np.array([np.log(np.std(y)), 0.2]))
        errors = np.sqrt(np.diag(np.linalg.inv(-curvature(f, x))))
        edges = np.exp(np.linspace(np.log(lag.min()), np.log(lag.max()), 13))
        which = np.minimum(11, np.floor((np.log(lag) - np.log(lag.min())) / (np.log(lag.max() / lag.min()) / 12)).astype(int))
        single = np.sqrt(np.pi / 2) * np.abs(d) - np.sqrt(noise)
        bins = [b for b in range(12) if (which == b).any()]
        out["structure_function"].append({
            "curve": name, "pivot": pivot, "prior": prior, "pairs": len(lag), "A": np.exp(x[0]), "gamma": x[1], "A_error": np.exp(x[0]) * errors[0],
            "gamma_error": errors[1], "log_likelihood": like(x), "delta_log_likelihood": like(x) - np.sum(scipy.stats.norm.logpdf(d, 0, np.sqrt(noise))),
            "at": [{"log_a": a, "gamma": g, "value": like((a, g))} for a, g in ((-1.5, 0.3), (0.2, 0.0), (-3, 1.0))],
            "lag": [np.sqrt(edges[b] * edges[b + 1]) for b in bins], "structure": [single[which == b].mean() for b in bins],
        })

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "features.json")
with open(path, "w") as file:
    json.dump(plain(out), file, separators=(",", ":"))
    file.write("\n")
