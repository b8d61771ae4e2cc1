"""Makes torch.vectors.json: what PyTorch's GRU answers, forward and backward, for ours to equal.

    /usr/bin/python3 packages/engine/src/ops/gru/make-torch-vectors.py

Needs python3-torch. All in double precision; loss = sum(states * slope).
"""
import json
import pathlib

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

SUFFIXES = ["l0", "l0_reverse"]
PARAMETERS = {
    "inputWeight": "weight_ih",
    "recurrentWeight": "weight_hh",
    "inputBias": "bias_ih",
    "recurrentBias": "bias_hh",
}


def short(tensor):
    return [round(v, 12) for v in tensor.flatten().tolist()]


def vectors(batch, steps, width, hidden, directions):
    module = torch.nn.GRU(width, hidden, batch_first=True, bidirectional=directions == 2)
    x = torch.randn(batch, steps, width, requires_grad=True)
    slope = torch.randn(batch, steps, directions * hidden)
    states, _ = module(x)
    (states * slope).sum().backward()
    inputs, gradients = {"x": short(x)}, {"x": short(x.grad)}
    for ours, theirs in PARAMETERS.items():
        each = [getattr(module, f"{theirs}_{suffix}") for suffix in SUFFIXES[:directions]]
        inputs[ours] = short(torch.stack(each))
        gradients[ours] = short(torch.stack([parameter.grad for parameter in each]))
    extent = {"batch": batch, "steps": steps, "width": width, "hidden": hidden, "directions": directions}
    return {"extent": extent, "inputs": inputs, "slope": short(slope), "states": short(states), "gradients": gradients}


cases = [vectors(2, 4, 3, 5, 2), vectors(3, 6, 2, 4, 1)]
file = pathlib.Path(__file__).with_name("torch.vectors.json")
file.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
