"""Golden values of convolution: kernels as arrays, and convolution of sequences and images for every boundary, treatment of missing values and normalisation.

python test/golden/make_convolve.py writes test/golden/convolve.json (astropy 8.0.1, numpy 2.4.6, scipy 1.17.1).
Kernels astropy does not have are written here from their definitions.
"""
import itertools
import json
import os
import warnings

import astropy
import numpy as np
import scipy
from astropy.convolution import (
    AiryDisk2DKernel,
    Box1DKernel,
    Box2DKernel,
    CustomKernel,
    Gaussian1DKernel,
    Gaussian2DKernel,
    Moffat2DKernel,
    RickerWavelet1DKernel,
    RickerWavelet2DKernel,
    Ring2DKernel,
    Tophat2DKernel,
    Trapezoid1DKernel,
    TrapezoidDisk2DKernel,
    convolve,
    convolve_fft,
    interpolate_replace_nans,
)
from astropy.modeling.models import Lorentz1D, Lorentz2D, Moffat1D
from common import plain

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260905)


def unit(a):
    return a / a.sum()


def grid(size):
    h = size // 2
    y, x = np.mgrid[-h : h + 1, -h : h + 1].astype(float)
    return x, y


def keys(d):
    d = np.abs(d)
    return np.where(d < 1, 1.5 * d**3 - 2.5 * d**2 + 1, np.where(d < 2, -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2, 0.0))


def elliptical_moffat(size, gamma, alpha, ratio, degrees):
    x, y = grid(size)
    t = np.radians(degrees)
    inverse = np.linalg.inv(np.diag([gamma**2, (ratio * gamma) ** 2]))
    turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
    m = turn.T @ inverse @ turn
    return unit((1 + m[0, 0] * x * x + 2 * m[0, 1] * x * y + m[1, 1] * y * y) ** -alpha)


line = lambda size: np.arange(size) - size // 2.0
kernels = []


def kernel(dimensions, spec, array):
    array = np.atleast_2d(array)
    kernels.append({"dimensions": dimensions, "spec": spec, "width": array.shape[1], "height": array.shape[0], "values": np.round(array.ravel(), 15)})


for s in (0.7, 2, 3.3):
    kernel(1, {"kernel": "gaussian", "width": s}, Gaussian1DKernel(s).array)
kernel(1, {"kernel": "gaussian", "width": 2, "size": 7}, Gaussian1DKernel(2, x_size=7).array)
for w in (3, 4, 4.5):
    kernel(1, {"kernel": "box", "width": w}, Box1DKernel(w).array)
kernel(1, {"kernel": "mexican-hat", "width": 2.5}, RickerWavelet1DKernel(2.5).array)
kernel(1, {"kernel": "trapezoid", "width": 5, "slope": 0.3}, Trapezoid1DKernel(5, 0.3).array)
kernel(1, {"kernel": "lorentzian", "width": 1.5}, unit(Lorentz1D(1, 0, 1.5)(line(15))))
kernel(1, {"kernel": "moffat", "width": 2, "alpha": 3}, unit(Moffat1D(1, 0, 2, 3)(line(9))))
kernel(1, {"kernel": "tophat", "width": 2.2}, np.full(5, 0.2))
kernel(1, {"kernel": "ring", "width": 2, "ringWidth": 1}, unit(np.array([1, 1, 0, 0, 0, 1, 1.0])))
kernel(1, {"kernel": "bicubic", "width": 2}, unit(keys(line(9) / 2)))
kernel(1, {"kernel": "distance", "width": 1}, np.abs(line(15)))
kernel(1, {"kernel": "airy", "width": 3}, AiryDisk2DKernel(3).array[12] / AiryDisk2DKernel(3).array[12].sum())

kernel(2, {"kernel": "gaussian", "width": 1.3}, Gaussian2DKernel(1.3).array)
kernel(2, {"kernel": "gaussian", "width": 2, "axisRatio": 0.5, "angle": 30, "size": 9}, Gaussian2DKernel(2, 1, np.radians(30), x_size=9, y_size=9).array)
kernel(2, {"kernel": "gaussian", "width": 0.7, "axisRatio": 1.5, "angle": -70}, Gaussian2DKernel(0.7, 0.7 * 1.5, np.radians(-70)).array)
kernel(2, {"kernel": "box", "width": 4}, Box2DKernel(4).array)
kernel(2, {"kernel": "tophat", "width": 3.2}, Tophat2DKernel(3.2).array)
kernel(2, {"kernel": "ring", "width": 2, "ringWidth": 2}, Ring2DKernel(2, 2).array)
kernel(2, {"kernel": "mexican-hat", "width": 1.5}, RickerWavelet2DKernel(1.5).array)
kernel(2, {"kernel": "moffat", "width": 1.2, "alpha": 2.5}, Moffat2DKernel(1.2, 2.5).array)
kernel(2, {"kernel": "moffat", "width": 2, "alpha": 3, "axisRatio": 0.6, "angle": 25, "size": 9}, elliptical_moffat(9, 2, 3, 0.6, 25))
kernel(2, {"kernel": "airy", "width": 1.9}, AiryDisk2DKernel(1.9).array)
kernel(2, {"kernel": "trapezoid", "width": 2, "slope": 0.4}, TrapezoidDisk2DKernel(2, 0.4).array)
kernel(2, {"kernel": "lorentzian", "width": 1}, unit(Lorentz2D(1, 0, 0, 1)(*grid(11))))
kernel(2, {"kernel": "bicubic", "width": 1.5}, unit(np.outer(keys(line(7) / 1.5), keys(line(7) / 1.5))))
kernel(2, {"kernel": "distance", "width": 1}, np.hypot(*grid(15)))

# One sequence and one image: a level, structure, noise, missing values alone, in a row longer than a kernel, and at an edge.
n = 26
sequence = np.round(100 + 3 * np.sin(np.arange(n) / 3) + rng.normal(0, 1, n), 4)
sequence[[0, 5, 11, 12, 13, 14, 15, 16, 17, 18, 22]] = np.nan
h, w = 9, 11
image = np.round(10 + rng.normal(0, 2, (h, w)) + np.add.outer(np.arange(h), np.arange(w)) / 3, 4)
image[rng.random((h, w)) < 0.12] = np.nan
image[2:7, 4:9] = np.nan
image[5, 6] = 50
image[0, :3] = np.nan

kernels_1d = {"lopsided": [1, 2, 4, 0.5, 0.25], "negative lobes": [-0.3, 0, 1, 2.1, 1, 0.1, -0.2], "ring": [1, 0, 0, 0, 2]}
kernels_2d = {
    "lopsided": [[0.2, 1, 3], [2, 5, 1], [0, 0.5, 0.1]],
    "outer product": np.outer([1, 2, 0.5, 0.1, 0.3], [0.5, 1, 0.7]).round(3),
    "wide": (1 / (1 + np.hypot(*grid(9)))).round(3),
}
zero_sum = {"1": [-1, 2, -1], "2": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]}


def run(array, k, boundary, fill, missing, missing_fill, normalize):
    """convolve() with its one fill value split in two: of the edge, and of what is missing."""
    a = np.array(array)
    if missing == "fill":
        a[np.isnan(a)] = missing_fill
    return convolve(
        a,
        np.array(k, float),
        boundary=None if boundary == "none" else boundary,
        fill_value=np.nan if fill is None else fill,
        nan_treatment="interpolate",
        normalize_kernel=normalize,
        preserve_nan=missing == "preserve",
    )


cases = []
for dimensions, array, family in ((1, sequence, kernels_1d), (2, image, kernels_2d)):
    for (name, k), boundary, missing, normalize in itertools.product(
        family.items(), ("none", "fill", "fill value", "fill missing", "extend", "wrap"), ("interpolate", "fill", "preserve"), (True, False)
    ):
        if name != "lopsided" and (not normalize or boundary == "fill") or name == "wide" and boundary == "fill missing":
            continue
        fill = {"fill value": 7.5, "fill missing": None}.get(boundary, 0.0)
        real = boundary.split(" ")[0]
        out = run(array, k, real, fill, missing, -3.0, normalize)
        cases.append(
            {"dimensions": dimensions, "kernel": name, "boundary": real, "fillValue": fill, "missing": missing, "missingFill": -3.0, "normalize": normalize, "values": np.round(out.ravel(), 12)}
        )
for dimensions, array in ((1, sequence), (2, image)):
    for boundary in ("none", "fill", "extend", "wrap"):
        out = run(array, zero_sum[str(dimensions)], boundary, 0.0, "fill", 9.0, False)
        cases.append(
            {"dimensions": dimensions, "kernel": "zero sum", "boundary": boundary, "fillValue": 0.0, "missing": "fill", "missingFill": 9.0, "normalize": False, "values": np.round(out.ravel(), 12)}
        )

# The same without any missing value: what convolve_fft says, where it says the same.
whole = np.where(np.isnan(sequence), 100.0, sequence)
fft = {b: convolve_fft(whole, np.array(kernels_1d["lopsided"]), boundary=b) for b in ("fill", "wrap")}

replaced = {
    "1": interpolate_replace_nans(sequence, Gaussian1DKernel(1), boundary="extend"),
    "2": interpolate_replace_nans(image, Gaussian2DKernel(1), boundary="extend"),
}

out = {
    "made_with": {"astropy": astropy.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "kernels": kernels,
    "sequence": sequence,
    "image": {"width": w, "height": h, "values": image.ravel()},
    "kernels_1d": kernels_1d,
    "kernels_2d": kernels_2d,
    "zero_sum": zero_sum,
    "cases": cases,
    "fft": fft,
    "replaced": {k: v.ravel() for k, v in replaced.items()},
}
with open(os.path.join(os.path.dirname(__file__), "convolve.json"), "w") as f:
    json.dump(plain(out), f, separators=(",", ":"))
    f.write("\n")
