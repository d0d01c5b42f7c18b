"""Reference values for FITS images: tile-compressed files and what they hold, world coordinates, zscale limits.

Run: python make_images.py (astropy 8.0.1, numpy); writes images.json beside this file.
"""

import base64
import gzip
import io
import json
import pathlib
import warnings

import astropy
import numpy as np
from astropy.io import fits
from astropy.visualization import ZScaleInterval
from astropy.wcs import WCS

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def numbers(a):
    return [None if not np.isfinite(v) else float(v) for v in np.asarray(a, dtype=np.float64).ravel()]


def packed(name, data, **options):
    buffer = io.BytesIO()
    hdus = fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(data, name="SCI", **options)])
    hdus[1].header["BUNIT"] = "adu"
    hdus.writeto(buffer)
    read = fits.open(io.BytesIO(buffer.getvalue()))[1]
    return {
        "name": name,
        "file": base64.b64encode(gzip.compress(buffer.getvalue(), mtime=0)).decode(),
        "shape": list(read.data.shape),
        "dtype": str(read.data.dtype),
        "values": numbers(read.data),
    }


def compressed():
    counts = rng.poisson(100, (11, 13)).astype(np.int16)
    sky = rng.normal(10, 3, (12, 14)).astype(np.float32)
    holed = sky.copy()
    holed[3, 4] = np.nan
    zeros = sky.copy()
    zeros[5, 5:9] = 0
    cube = rng.integers(0, 1000, (3, 5, 6)).astype(np.int32)
    return [
        packed("int16 gzip1", counts, compression_type="GZIP_1"),
        packed("int16 gzip2 tiles", counts, compression_type="GZIP_2", tile_shape=(4, 5)),
        packed("int32 cube", cube, compression_type="GZIP_2"),
        packed("uint16", counts.astype(np.uint16) + 40000, compression_type="GZIP_1"),
        packed("float lossless", holed, compression_type="GZIP_2", quantize_level=0),
        packed("float64 lossless", holed.astype(np.float64), compression_type="GZIP_1", quantize_level=0, tile_shape=(5, 14)),
        packed("dither 1", holed, compression_type="GZIP_1", quantize_level=16, quantize_method=1, dither_seed=9),
        packed("dither 2", zeros, compression_type="GZIP_2", quantize_level=4, quantize_method=2, dither_seed=9995, tile_shape=(4, 14)),
        packed("no dither", holed, compression_type="GZIP_2", quantize_level=16, quantize_method=-1),
    ]


TAN = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 50.5, "CRPIX2": 40.25, "CRVAL1": 359.99, "CRVAL2": 36.5}
SIP = {
    **TAN, "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "CD1_1": -3e-4, "CD1_2": 1e-5, "CD2_1": 2e-5, "CD2_2": 3e-4,
    "A_ORDER": 3, "B_ORDER": 2, "A_2_0": 2e-5, "A_1_1": -1e-6, "A_0_3": 3e-8, "B_0_2": -1e-5, "B_1_1": 4e-6,
}
HEADERS = {
    "TAN with CD": {**TAN, "CD1_1": -3e-4, "CD1_2": 1e-4, "CD2_1": 1.2e-4, "CD2_2": 2.9e-4},
    "TAN with PC": {**TAN, "CDELT1": -0.01, "CDELT2": 0.012, "PC1_1": 0.8, "PC1_2": -0.6, "PC2_1": 0.6, "PC2_2": 0.8},
    "TAN with CROTA2": {**TAN, "CDELT1": -0.01, "CDELT2": 0.012, "CROTA2": 33.0},
    "TAN at the pole": {**TAN, "CRVAL2": 90.0, "CDELT1": -0.01, "CDELT2": 0.01},
    "TAN south, LONPOLE": {**TAN, "CRVAL2": -72.0, "LONPOLE": 150.0, "CDELT1": -0.02, "CDELT2": 0.02},
    "DEC first": {**TAN, "CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 36.5, "CRVAL2": 10.0, "CDELT1": 0.01, "CDELT2": -0.01},
    "SIN": {**TAN, "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CDELT1": -0.4, "CDELT2": 0.4},
    "CAR at the equator": {"CTYPE1": "GLON-CAR", "CTYPE2": "GLAT-CAR", "CRPIX1": 50, "CRPIX2": 40, "CRVAL1": 0, "CRVAL2": 0, "CDELT1": -0.5, "CDELT2": 0.5},
    "CAR off the equator": {"CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRPIX1": 50, "CRPIX2": 40, "CRVAL1": 120, "CRVAL2": 35, "CDELT1": -0.5, "CDELT2": 0.5},
    "CAR south, LATPOLE": {"CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRPIX1": 50, "CRPIX2": 40, "CRVAL1": 120, "CRVAL2": -35, "CDELT1": -0.5, "CDELT2": 0.5, "LONPOLE": 170, "LATPOLE": -60},
    "SIP": SIP,
    "arcsec": {**TAN, "CUNIT1": "arcsec", "CUNIT2": "arcsec", "CRVAL1": 36000.0, "CRVAL2": -7200.0, "CD1_1": -2.0, "CD2_2": 2.0},
}
PIXELS = [(0, 0), (49.5, 39.25), (99, 79), (12.3, 70.1), (80, 3.5)]


def coordinates():
    out = []
    for name, cards in HEADERS.items():
        header = fits.Header()
        header["NAXIS"] = 2
        for key, value in cards.items():
            header[key] = value
        sky = WCS(header).all_pix2world(PIXELS, 0)
        if cards["CTYPE1"].startswith("DEC"):
            sky = sky[:, ::-1]
        out.append({"name": name, "cards": cards, "sky": [numbers(p) for p in sky]})
    return out


def limits():
    stars = rng.normal(100, 5, (60, 70))
    for _ in range(40):
        stars[rng.integers(0, 60), rng.integers(0, 70)] += rng.exponential(2000)
    holed = stars.copy()
    holed[rng.random(stars.shape) < 0.05] = np.nan
    images = {
        "stars": stars,
        "holes": holed,
        "counts": rng.poisson(3, (40, 50)).astype(float),
        "ramp": np.arange(900.0).reshape(30, 30) ** 2,
        "few": np.array([[3.0, 1.0, 2.0]]),
        "constant": np.full((20, 20), 7.0),
    }
    out = []
    for name, image in images.items():
        image = np.round(image, 4)
        low, high = ZScaleInterval().get_limits(image)
        out.append({"name": name, "width": image.shape[1], "values": numbers(image), "zscale": [float(low), float(high)],
                    "percentiles": {str(p): float(np.nanpercentile(image, p)) for p in (0.5, 25, 50, 99.5)},
                    "std": float(np.nanstd(image)), "median": float(np.nanmedian(image))})
    return out


document = {
    "made": {"astropy": astropy.__version__, "numpy": np.__version__},
    "compressed": compressed(),
    "pixels": PIXELS,
    "coordinates": coordinates(),
    "limits": limits(),
}
path = pathlib.Path(__file__).with_name("images.json")
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(path.stat().st_size)
