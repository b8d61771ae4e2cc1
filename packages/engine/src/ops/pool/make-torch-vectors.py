"""Makes torch.vectors.json: what PyTorch's max_pool1d and avg_pool1d answers, forward and backward, for ours to equal.

    /usr/bin/python3 packages/engine/src/ops/pool/make-torch-vectors.py

Needs python3-torch. All in double precision; gradients are those of sum(y * slope).
"""
import json
import pathlib

import torch

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)


def record(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 12) for v in tensor.detach().flatten().tolist()]}


FUNCTIONS = {"max": torch.nn.functional.max_pool1d, "average": torch.nn.functional.avg_pool1d}


def case(function, x, kernel, stride=None, padding=0):
    stride = stride or kernel
    # Few different values, so that windows hold equal maxima.
    values = torch.randint(-4, 5, x).double().requires_grad_()
    y = FUNCTIONS[function](values, kernel, stride, padding)
    slope = torch.randn_like(y)
    (y * slope).sum().backward()
    return {
        "name": f"{function} of {list(x)}, kernel {kernel}, stride {stride}, padding {padding}",
        "options": {"function": function, "kernel": kernel, "stride": stride, "padding": padding},
        "inputs": {"x": record(values)},
        "state": {},
        "slope": record(slope),
        "y": record(y),
        "gradients": {"x": record(values.grad)},
    }


cases = [
    case(function, *pooling)
    for function in FUNCTIONS
    for pooling in [((2, 3, 9), 2), ((2, 2, 14), 5, 2, 2), ((1, 2, 12), 3, 1, 1), ((1, 2, 13), 2, 5, 1)]
]

file = pathlib.Path(__file__).with_name("torch.vectors.json")
file.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
