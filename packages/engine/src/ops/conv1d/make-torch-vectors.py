"""Makes torch.vectors.json: what PyTorch's conv1d answers, forward and backward, for ours to equal.

    /usr/bin/python3 packages/engine/src/ops/conv1d/make-torch-vectors.py

Needs python3-torch. All in double precision; gradients are those of sum(y * slope).
"""
import json
import pathlib

import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def record(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 12) for v in tensor.detach().flatten().tolist()]}


def case(name, x, out, kernel, stride=1, padding=0, bias=True):
    tensors = {"x": torch.randn(*x), "weight": torch.randn(out, x[1], kernel)}
    if bias:
        tensors["bias"] = torch.randn(out)
    for tensor in tensors.values():
        tensor.requires_grad_()
    y = torch.nn.functional.conv1d(**{"input": tensors["x"], **{k: v for k, v in tensors.items() if k != "x"}},
                                   stride=stride, padding=padding)
    slope = torch.randn_like(y)
    (y * slope).sum().backward()
    return {
        "name": name,
        "options": {"stride": stride, "padding": padding},
        "inputs": {k: record(v) for k, v in tensors.items()},
        "state": {},
        "slope": record(slope),
        "y": record(y),
        "gradients": {k: record(v.grad) for k, v in tensors.items()},
    }


cases = [
    case("kernel 3, padding 1", (2, 3, 11), 5, 3, padding=1),
    case("kernel 7, padding 3", (2, 2, 16), 3, 7, padding=3),
    case("stride 2", (2, 3, 12), 4, 5, stride=2, padding=2),
    case("stride 3, samples left over, no bias", (1, 2, 15), 3, 2, stride=3, bias=False),
]

file = pathlib.Path(__file__).with_name("torch.vectors.json")
file.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
