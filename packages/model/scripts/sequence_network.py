"""The sequence network in PyTorch, by the names that `ecgpu model import` reads.

  python3 sequence_network.py OUT.safetensors [SEED [MEMBERS [LEADS [BEATS.safetensors]]]]

OUT.safetensors holds the state_dict of MEMBERS networks of LEADS leads with drawn weights and statistics, ready to be imported
(defaults: seed 0, one member, two leads). OUT.safetensors.check holds a window of 64 beats, drawn or those of BEATS.safetensors, as
`window` [64, 2, 160], `rhythm` [64, 12], and of two leads `second` [64, 2, 160] and `present` [64], with the `logits` [64, 4] and the
`odds` of fibrillation [64] that PyTorch computes of them in f64: log-probabilities and log-odds, averaged over the members. To import
networks of your own, train these classes and write their state_dict alike.
"""
import sys

import numpy as np
import torch
from torch import nn

import safetensors_file
from beat_network import BeatEncoder, save

BEATS, FEATURES, CLASSES, VECTOR = 64, 12, 4, 64


class SequenceNetwork(nn.Module):
    """A rhythm branch that sees intervals only, and a GRU over the beats that sees all."""

    def __init__(self, leads):
        super().__init__()
        # Of two leads, both vectors and a number that says whether the second lead is there.
        encoding = VECTOR if leads == 1 else 2 * VECTOR + 1
        self.encoder = BeatEncoder()
        self.rp, self.rr = nn.Linear(FEATURES, 24), nn.GRU(24, 24, bidirectional=True, batch_first=True)
        self.aux = nn.Linear(48, 1)
        self.p, self.bh = nn.Linear(encoding + FEATURES + 48, 48), nn.Linear(48, CLASSES)
        self.r = nn.GRU(48, 32, bidirectional=True, batch_first=True)
        self.d1, self.d2 = nn.Linear(112, 48), nn.Linear(48, CLASSES)

    def forward(self, window, rhythm, second=None, present=None):
        """One window of beats: logits [beats, classes] and log-odds of fibrillation [beats]."""
        vectors = [self.encoder.encode(window)]
        if second is not None:
            there = present[:, None]
            vectors += [self.encoder.encode(second) * there, there]
        course, _ = self.rr(torch.relu(self.rp(rhythm))[None])
        joined = torch.relu(self.p(torch.cat([*vectors, rhythm, course[0]], 1)))
        states, _ = self.r(joined[None])
        head = torch.relu(self.d1(torch.cat([joined, states[0]], 1)))
        return self.d2(head), self.aux(course[0])[:, 0]


class SequenceEnsemble(nn.Module):
    """Members of one architecture: the means of their log-probabilities and log-odds."""

    def __init__(self, members, leads):
        super().__init__()
        self.members = nn.ModuleList(SequenceNetwork(leads) for _ in range(members))

    def forward(self, *inputs):
        each = [member(*inputs) for member in self.members]
        logits = torch.stack([torch.log_softmax(logits, 1) for logits, _ in each])
        return logits.mean(0), torch.stack([odds for _, odds in each]).mean(0)


def beats(leads, path):
    if path is not None:
        tensors, _ = safetensors_file.read(path)
        return {name: torch.tensor(np.array(values)) for name, values in tensors.items()}
    drawn = {'window': torch.randn(BEATS, 2, 160), 'rhythm': 0.3 * torch.randn(BEATS, FEATURES)}
    if leads == 2:
        drawn |= {'second': torch.randn(BEATS, 2, 160), 'present': (torch.arange(BEATS) % 5 > 0).float()}
    return drawn


def main(path, seed='0', members='1', leads='2', given=None):
    torch.set_num_threads(1)
    torch.manual_seed(int(seed))
    network = SequenceEnsemble(int(members), int(leads))
    # Running statistics other than the initial ones, as training leaves them behind.
    network.train()
    with torch.no_grad():
        for parameter in network.parameters():
            # With PyTorch's own draw all beats are called nearly alike.
            parameter *= 2
        for member in network.members:
            member.encoder.encode(torch.randn(BEATS, 2, 160))
    network.eval()
    inputs = beats(int(leads), given)
    save(network.members[0] if members == '1' else network, path)
    names = ['window', 'rhythm', 'second', 'present'][: 4 if leads == '2' else 2]
    with torch.no_grad():
        logits, odds = network.double()(*(inputs[name].double() for name in names))
    results = {**{name: inputs[name] for name in names}, 'logits': logits, 'odds': odds}
    safetensors_file.write(f'{path}.check', {name: tensor.numpy() for name, tensor in results.items()})


if __name__ == '__main__':
    main(*sys.argv[1:])
