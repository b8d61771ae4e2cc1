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


vectors = {
    "scipy": "outputs are thinned: causal and zeroPhase every 17th sample, resampling every 11th, median every 5th",
    "fs": FS,
    "x": x.tolist(),
    "butterworth": [design(*d) for d in DESIGNS],
    "median": [{"width": w, "y": signal.medfilt(x, w)[::5].tolist()} for w in (1, 3, 71, 215, 719, 1001)],
    "resample": [resampling(*r) for r in ((25, 36, "constant"), (25, 36, "line"), (25, 18, "line"), (2, 1, "constant"), (1, 3, "line"), (10, 15, "constant"), (7, 7, "line"), (1001, 1000, "line"))],
}

target = sys.argv[1] if len(sys.argv) > 1 else str(pathlib.Path(__file__).parent.parent / "src/filters/scipy.vectors.json")
text = json.dumps(vectors, separators=(",", ":")) + "\n"
if target == "-":
    sys.stdout.write(text)
else:
    pathlib.Path(target).write_text(text)
