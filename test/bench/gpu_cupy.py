"""What CuPy takes for the arrays of gpu.window.ts: python3 test/bench/gpu_cupy.py [scale]

Needs an NVIDIA GPU with cupy and numpy. Uploads, kernels and read-backs are timed apart, synchronised, the shortest of three; float32, as there.
"""

import math
import sys
import time

import cupy as cp
import numpy as np
from cupyx.scipy import ndimage

SCALE = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
RUNS = 3


def scaled(n):
    return max(64, round(n * SCALE))


def side(n):
    return max(64, round(n * math.sqrt(SCALE)))


def clock(work):
    cp.cuda.Device().synchronize()
    start = time.perf_counter()
    result = work()
    cp.cuda.Device().synchronize()
    return result, 1000 * (time.perf_counter() - start)


def row(name, size, arrays, compute, check):
    """Prints the shortest times, and how far CuPy is from float64 on the CPU where `check` gives it."""
    best = None
    for run in range(RUNS + 1):
        on_device, up = clock(lambda: [cp.asarray(a) for a in arrays])
        result, middle = clock(lambda: compute(*on_device))
        host, back = clock(lambda: cp.asnumpy(result))
        # The first run compiles.
        if run > 0 and (best is None or up + middle + back < sum(best)):
            best = (up, middle, back)
    wanted = check()
    difference = "" if wanted is None else f"{np.max(np.abs(host - wanted)) / np.max(np.abs(wanted)):.1e}"
    print(f"{name:34}{size:>10}  {best[0]:8.2f}{best[1]:8.2f}{best[2]:8.2f}   {difference}")


def deltas(n):
    image = np.zeros((n, n), np.float32)
    image[8::16, 8::16] = 1
    return image


def distance():
    y, x = np.mgrid[-7:8, -7:8]
    kernel = np.hypot(x, y)
    return (kernel / kernel.sum()).astype(np.float32)


def curve(n):
    i = np.arange(n)
    times = i * 0.02 + 0.005 * np.sin(i)
    return times, np.sin(11 * times) + 0.1 * np.cos(7919 * times)


def moving_mean(values):
    return ndimage.uniform_filter1d(values, 101, mode="constant")


def folded(times, values):
    turn = times * 1.7507
    bins = ((turn - cp.floor(turn)) * 200).astype(cp.int32)
    return cp.bincount(bins, values, 200) / cp.bincount(bins, minlength=200)


def lomb_scargle(times, values, frequencies):
    out = cp.empty(len(frequencies))
    w = 1 / len(times)
    variance = cp.mean(values**2)
    for start in range(0, len(frequencies), 256):
        angle = 2 * cp.pi * frequencies[start : start + 256, None] * times[None, :]
        c, s = cp.cos(angle), cp.sin(angle)
        c1, s1 = w * c.sum(1), w * s.sum(1)
        yc, ys = w * (c @ values), w * (s @ values)
        a = w * (c * c).sum(1) - c1 * c1
        b = w * (c * s).sum(1) - c1 * s1
        d = w * (s * s).sum(1) - s1 * s1
        out[start : start + 256] = (yc * yc * d + ys * ys * a - 2 * yc * ys * b) / (a * d - b * b) / variance
    return out


def main():
    print(f"{cp.cuda.runtime.getDeviceProperties(0)['name'].decode()}, cupy {cp.__version__}; shortest of {RUNS}, in milliseconds")
    print(f"{'program':34}{'size':>10}  {'upload':>8}{'compute':>8}{'back':>8}   difference")
    none = lambda: None
    for n in (side(4096), side(2048)):
        row("deltas ⊗ 15² distance", f"{n}²", [deltas(n), distance()], lambda a, k: ndimage.convolve(a, k, mode="constant"), none)
    n = side(4096)
    row("Gaussian σ 4, separable", f"{n}²", [deltas(n)], lambda a: ndimage.gaussian_filter(a, 4, mode="constant", truncate=4), none)
    times, values = curve(scaled(1e6))
    row("fold into 200 bins", str(len(times)), [times, values], folded, none)
    row("moving mean of 101", str(len(values)), [values.astype(np.float32)], moving_mean, none)
    row("moving median of 11", str(len(values)), [values.astype(np.float32)], lambda v: ndimage.median_filter(v, 11), none)
    times, values = curve(scaled(1e4))
    frequencies = 0.1 + 0.0002 * np.arange(scaled(20_000))
    row("periodogram, 20 000 frequencies", str(len(times)), [times, values - values.mean(), frequencies], lomb_scargle, none)
    numbers = np.sin(np.arange(scaled(2**24), dtype=np.float64))
    row("sum", str(len(numbers)), [numbers.astype(np.float32)], lambda v: v.sum(keepdims=True), lambda: numbers.sum(keepdims=True))
    numbers = np.sin(np.arange(scaled(2**22), dtype=np.float64) ** 2)
    row("sort", str(len(numbers)), [numbers.astype(np.float32)], cp.sort, lambda: np.sort(numbers))
    a = np.full(scaled(2**24), 1.5, np.float32)
    b = (np.arange(len(a)) % 1000).astype(np.float32)
    row("add", str(len(a)), [a, b], cp.add, lambda: a + b)


if __name__ == "__main__":
    main()
