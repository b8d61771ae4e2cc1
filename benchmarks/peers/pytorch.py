"""The beat network in PyTorch on the CPU, timed in a process of its own (see process.ts for the lines it speaks).

  python3 pytorch.py training|inference FILE THREADS

FILE is a safetensors file of weights (PyTorch's names) and one batch. Needs python3-torch and python3-numpy.
"""
import json
import pathlib
import sys
import time

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'packages/model/scripts'))
sys.dont_write_bytecode = True
import safetensors_file
from beat_network import BeatNetwork

CHECKED_STEPS = 3
LEARNING_RATE = 1e-3


def main(mode, file, threads):
    torch.set_num_threads(int(threads))
    tensors, _ = safetensors_file.read(file)
    network = BeatNetwork()
    weights = {name[8:]: torch.tensor(np.array(value)) for name, value in tensors.items() if name.startswith('weights/')}
    network.load_state_dict(weights, strict=False)
    batch = {name: torch.tensor(np.array(tensors[name])) for name in ('window', 'rhythm', 'weight')}
    label = torch.tensor(np.array(tensors['label'])).long()
    optimiser = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)

    def infer():
        with torch.inference_mode():
            return network(batch['window'], batch['rhythm']).numpy()

    def train():
        optimiser.zero_grad(set_to_none=True)
        logits = network(batch['window'], batch['rhythm'])
        losses = nn.functional.cross_entropy(logits, label, reduction='none')
        loss = (losses * batch['weight']).sum() / batch['weight'].sum()
        loss.backward()
        optimiser.step()
        return loss

    network.train(mode == 'training')
    if mode == 'training':
        results, work = [train().item() for _ in range(CHECKED_STEPS)], lambda: train().item()
    else:
        results, work = infer().ravel().tolist(), infer
    print(json.dumps({'results': results}), flush=True)
    for line in sys.stdin:
        iterations = json.loads(line)['iterations']
        start = time.perf_counter()
        for _ in range(iterations):
            work()
        print(json.dumps({'milliseconds': (time.perf_counter() - start) * 1e3}), flush=True)


main(*sys.argv[1:])
