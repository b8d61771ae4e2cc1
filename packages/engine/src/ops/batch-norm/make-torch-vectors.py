"""Makes torch.vectors.json: what PyTorch's BatchNorm1d answers, forward and backward, for ours to equal.

    /usr/bin/python3 packages/engine/src/ops/batch-norm/make-torch-vectors.py

Needs python3-torch. All in double precision; gradients are those of sum(y * slope).
"""
import json
import pathlib

import torch

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)


def record(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 12) for v in tensor.detach().flatten().tolist()]}


def eighths(*shape):
    """Numbers that f32 holds exactly, as storages do."""
    return torch.randint(1, 16, shape) / 8


def case(name, x, training, momentum=0.1, epsilon=1e-5):
    channels = x[1]
    module = torch.nn.BatchNorm1d(channels, eps=epsilon, momentum=momentum).train(training)
    with torch.no_grad():
        module.weight.copy_(torch.randn(channels))
        module.bias.copy_(torch.randn(channels))
        module.running_mean.copy_(eighths(channels))
        module.running_var.copy_(eighths(channels))
    statistics = {"runningMean": module.running_mean, "runningVariance": module.running_var}
    before = {k: record(v) for k, v in statistics.items()}
    tensors = {"x": torch.randn(*x, requires_grad=True), "weight": module.weight, "bias": module.bias}
    y = module(tensors["x"])
    slope = torch.randn_like(y)
    (y * slope).sum().backward()
    return {
        "name": name,
        "options": {"training": training, "momentum": momentum, "epsilon": epsilon},
        "inputs": {k: record(v) for k, v in tensors.items()},
        "state": {k: {"before": before[k], "after": record(v)} for k, v in statistics.items()},
        "slope": record(slope),
        "y": record(y),
        "gradients": {k: record(v.grad) for k, v in tensors.items()},
    }


cases = [
    case("training", (3, 4, 7), True),
    case("training, momentum and epsilon", (2, 3, 5), True, momentum=0.25, epsilon=0.01),
    case("training, rank 2", (6, 3), True),
    case("running statistics", (3, 4, 7), False),
    case("running statistics, rank 2", (5, 2), False, epsilon=0.01),
]

file = pathlib.Path(__file__).with_name("torch.vectors.json")
file.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
