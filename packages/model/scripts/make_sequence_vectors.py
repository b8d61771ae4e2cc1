"""The sequence network in PyTorch, as an independent check of ours: outputs, loss and every parameter's gradient.

  python3 make_sequence_vectors.py from-npz FOLDER INPUTS    two windows of 64 beats from best_model.npz and golden.npz
  python3 make_sequence_vectors.py expected INPUTS OUTPUT    what PyTorch computes from those inputs, in f64
"""
import sys

import numpy as np

import safetensors_file

WINDOWS = [1, 2]
CLASS_WEIGHTS = np.array([0.7, 1.6, 1.2, 3.5], np.float32)
PARTS = {'rp': (24, 12), 'aux': (1, 48), 'p': (48, 124), 'bh': (4, 48), 'd1': (48, 112), 'd2': (4, 48)}


def from_npz(folder, output):
    weights = np.load(f'{folder}/best_model.npz')
    golden = np.load(f'{folder}/golden.npz')
    own = [name for name in weights if name.split('.')[0] in (*PARTS, 'rr', 'r')]
    tensors = {f'weights/{name}': weights[name] for name in own}
    tensors['encoded'] = golden['enc'][WINDOWS]
    tensors['rhythm'] = golden['feat'][WINDOWS]
    tensors['label'] = golden['label'][WINDOWS].astype(np.int32)
    for name in ('logits', 'af_logit', 'beat_logits'):
        tensors[f'golden/{name}'] = golden[name][WINDOWS]
    safetensors_file.write(output, tensors)


def expected(inputs, output):
    import torch
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            for name, (out, inner) in PARTS.items():
                setattr(self, name, nn.Linear(inner, out))
            self.rr = nn.GRU(24, 24, bidirectional=True, batch_first=True)
            self.r = nn.GRU(48, 32, bidirectional=True, batch_first=True)

        def forward(self, encoded, rhythm):
            course, _ = self.rr(torch.relu(self.rp(rhythm)))
            joined = torch.relu(self.p(torch.cat([encoded, rhythm, course], 2)))
            states, _ = self.r(joined)
            head = torch.relu(self.d1(torch.cat([joined, states], 2)))
            return self.d2(head), self.bh(joined), self.aux(course)[..., 0]

    torch.set_num_threads(1)
    tensors, _ = safetensors_file.read(inputs)
    network = Network().double()
    network.load_state_dict({name[8:]: torch.tensor(np.array(value), dtype=torch.float64) for name, value in tensors.items() if name.startswith('weights/')})
    encoded, rhythm = (torch.tensor(np.array(tensors[name]), dtype=torch.float64) for name in ('encoded', 'rhythm'))
    label = torch.tensor(np.array(tensors['label'])).long().reshape(-1)
    # Some beats do not count, and every third is taken for fibrillation.
    weight = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)[label]
    weight[::7] = 0
    fibrillation = (torch.arange(len(label)) % 3 == 0).double()

    logits, beat, odds = network(encoded, rhythm)
    def classes(scores):
        return (cross_entropy(scores.reshape(-1, 4), label, reduction='none') * weight).sum() / weight.sum()
    loss = classes(logits) + 0.5 * classes(beat) + 0.5 * binary_cross_entropy_with_logits(odds.reshape(-1), fibrillation)
    loss.backward()
    results = {'weight': weight.numpy(), 'fibrillation': fibrillation.numpy().astype(np.int32), 'loss': loss.detach().numpy().reshape(1)}
    for name, value in (('logits', logits), ('beat_logits', beat), ('af_logit', odds)):
        results[f'inference/{name}'] = value.detach().numpy()
    for name, parameter in network.named_parameters():
        results[f'gradient/{name}'] = parameter.grad.numpy()
    safetensors_file.write(output, results)


if __name__ == '__main__':
    {'from-npz': from_npz, 'expected': expected}[sys.argv[1]](*sys.argv[2:])
