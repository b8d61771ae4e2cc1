"""The beat network in PyTorch, as an independent check of ours: logits, loss and every parameter's gradient.

  python3 make_network_vectors.py from-npz FOLDER INPUTS    inputs from best_model.npz and golden.npz
  python3 make_network_vectors.py expected INPUTS OUTPUT    what PyTorch computes from those inputs

Tensors are in PyTorch's names and layouts; `packages/model/src/pytorch/tensor-names.ts` maps them to ours.
Needs python3-numpy, and python3-torch for `expected`.
"""
import sys

import numpy as np

import safetensors_file

# Weights of the loss by class, as a class-weighted training would have them.
CLASS_WEIGHTS = np.array([0.714, 1.643, 1.160, 3.506], np.float32)


def from_npz(folder, output):
    weights = np.load(f'{folder}/best_model.npz')
    golden = np.load(f'{folder}/golden.npz')
    tensors = {f'weights/{name}': weights[name] for name in weights}
    tensors['window'] = golden['x']
    tensors['rhythm'] = golden['feat']
    tensors['label'] = golden['label'].astype(np.int32)
    for name in ('ctx', 'logits'):
        tensors[f'golden/{name}'] = golden[name]
    tensors['golden/att'] = golden['att'][:, :, 0]
    safetensors_file.write(output, tensors)


def expected(inputs, output):
    import torch
    from torch import nn

    from beat_network import BeatNetwork

    torch.set_num_threads(1)
    tensors, _ = safetensors_file.read(inputs)
    network = BeatNetwork().double()
    state = {name[8:]: torch.tensor(np.array(value), dtype=torch.float64) for name, value in tensors.items() if name.startswith('weights/')}
    missing, unexpected = network.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith('num_batches_tracked') for name in missing), (missing, unexpected)
    window, rhythm = (torch.tensor(np.array(tensors[name]), dtype=torch.float64) for name in ('window', 'rhythm'))
    label = torch.tensor(np.array(tensors['label'])).long()
    weight = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)[label]

    results = {'weight': weight.numpy()}
    for mode in ('inference', 'training'):
        network.train(mode == 'training')
        network.zero_grad()
        logits = network(window, rhythm)
        loss = (nn.functional.cross_entropy(logits, label, reduction='none') * weight).sum() / weight.sum()
        results[f'{mode}/logits'] = logits.detach().numpy()
        results[f'{mode}/loss'] = loss.detach().numpy().reshape(1)
    loss.backward()
    for name, parameter in network.named_parameters():
        results[f'gradient/{name}'] = parameter.grad.numpy()
    for name, buffer in network.named_buffers():
        if not name.endswith('num_batches_tracked'):
            results[f'after/{name}'] = buffer.numpy()
    safetensors_file.write(output, results)


if __name__ == '__main__':
    {'from-npz': from_npz, 'expected': expected}[sys.argv[1]](*sys.argv[2:])
