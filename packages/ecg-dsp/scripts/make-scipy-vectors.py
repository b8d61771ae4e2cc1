"""Makes src/filters/scipy.vectors.json: what scipy answers, for our filters to equal.

    /usr/bin/python3 packages/ecg-dsp/scripts/make-scipy-vectors.py [FILE]

Writes beside the filters, or to FILE ('-' for standard output). Needs python3-scipy.
"""
import json
import pathlib
import sys

import numpy as np
import scipy.signal as signal

FS = 360
n = np.arange(720)
x = np.sin(2 * np.pi * 1.2 * n / FS) + 0.5 * np.sin(2 * np.pi * 50 * n / FS) + 0.1 * n / FS + (n % 300 == 150)

DESIGNS = [
    (1, "lowpass", 40), (2, "lowpass", 0.4), (3, "lowpass", 150), (4, "lowpass", 40), (7, "lowpass", 12.5),
    (1, "highpass", 0.05), (2, "highpass", 0.5), (5, "highpass", 0.5), (6, "highpass", 120),
    (1, "bandpass", [5, 15]), (2, "bandpass", [5, 20]), (1, "bandpass", [8, 16]), (3, "bandpass", [0.5, 40]),
    (4, "bandpass", [0.3, 150]), (5, "bandpass", [20, 21]), (1, "bandpass", [1, 179]), (3, "bandpass", [2, 178]),
]


def design(order, kind, cutoff):
    sos = signal.butter(order, cutoff, kind, fs=FS, output="sos")
    zi = signal.sosfilt_zi(sos)
    causal, state = signal.sosfilt(sos, x, zi=zi * x[0])
    return {
        "order": order, "type": kind, "cutoff": cutoff, "sos": sos.tolist(), "zi": zi.ravel().tolist(),
        "causal": causal[::17].tolist(), "state": state.ravel().tolist(),
        "zeroPhase": signal.sosfiltfilt(sos, x)[::17].tolist(),
    }


def resampling(up, down, padtype):
    return {"up": up, "down": down, "padType": padtype, "y": signal.resample_poly(x, up, down, padtype=padtype)[::11].tolist()}



def notch(frequency, quality):
    b, a = signal.iirnotch(frequency, quality, fs=FS)
    return {"frequency": frequency, "quality": quality, "sos": [*b.tolist(), *a.tolist()], "zeroPhase": signal.filtfilt(b, a, x)[::17].tolist()}


def transfer(b, a):
    y, state = signal.lfilter(b, a, x, zi=signal.lfilter_zi(b, a) * x[0])
    return {"b": list(b), "a": list(a), "causal": y[::17].tolist(), "state": state.tolist(), "zeroPhase": signal.filtfilt(b, a, x)[::17].tolist()}


def db6_split(v):
    """pywt.dwt(v, 'db6', 'symmetric') from its definition: mirror, convolve, keep every second sample."""
    low = np.array([-.00107730108499558, .00477725751101065, .00055384220099380, -.0315820393180312, .0275228655300163, .0975016055870794,
                    -.129766867567096, -.226264693965169, .315250351709243, .751133908021577, .494623890398385, .11154074335008])
    high = (-1.0) ** (np.arange(12) + 1) * low[::-1]
    padded = np.pad(v, 11, mode="symmetric")
    return [np.convolve(padded, h, mode="valid")[1::2] for h in (low, high)]


def db6(length):
    approximation, detail = db6_split(x[:length])
    return {"length": length, "approximation": approximation.tolist(), "detail": detail.tolist()}


vectors = {
    "about": "outputs are thinned: causal and zeroPhase every 17th sample, resampling every 11th, median every 5th; db6 is made by numpy from the definition",
    "fs": FS,
    "x": x.tolist(),
    "butterworth": [design(*d) for d in DESIGNS],
    "notch": [notch(60, 30), notch(50, 30), notch(50, 5)],
    "transfer": [transfer(*signal.butter(2, [5, 20], "bandpass", fs=FS)), transfer(np.ones(7) / 7, [1.0]), transfer([2.0, 1.0], [4.0, 1.0, 0.5, 0.1])],
    "db6": [db6(33), db6(12), db6(100)],
    "median": [{"width": w, "y": signal.medfilt(x, w)[::5].tolist()} for w in (1, 3, 71, 215, 719, 1001)],
    "resample": [resampling(*r) for r in ((25, 36, "constant"), (25, 36, "line"), (25, 18, "line"), (2, 1, "constant"), (1, 3, "line"), (10, 15, "constant"), (7, 7, "line"), (1001, 1000, "line"))],
}

target = sys.argv[1] if len(sys.argv) > 1 else str(pathlib.Path(__file__).parent.parent / "src/filters/scipy.vectors.json")
text = json.dumps(vectors, separators=(",", ":")) + "\n"
if target == "-":
    sys.stdout.write(text)
else:
    pathlib.Path(target).write_text(text)
