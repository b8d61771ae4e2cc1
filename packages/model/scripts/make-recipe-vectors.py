"""
The beats that the golden forward pass was given, as one JSON file for record-beats.test.ts:

    python3 make-recipe-vectors.py golden.npz > ../src/preprocess/recipe.vectors.json

The .npz was made by an implementation of the preprocessing in numpy and scipy. Needs python3-numpy.
"""

import base64
import json
import sys

import numpy as np

FS = 360


def text(array):
    """Little-endian float32 in base64: exact, and a third of what decimals take."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def main(path):
    golden = np.load(path)
    samples = golden["beat_time_s"] * FS
    peaks = np.round(samples).astype(int)
    assert np.abs(samples - peaks).max() < 1e-6
    beats = [
        {"record": str(record), "sample": int(sample), "class": "NSVF"[label], "x": text(x), "features": text(features)}
        for record, sample, label, x, features in zip(
            golden["beat_record"], peaks, golden["label"], golden["x"], golden["feat"]
        )
    ]
    json.dump({"fs": FS, "window": list(golden["x"].shape[1:]), "beats": beats}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
