"""The beat network in PyTorch, by the names that `ecgpu model import` reads.

  python3 beat_network.py OUT.safetensors [SEED]    a network of drawn weights and statistics, and what it makes of drawn inputs

OUT.safetensors holds the state_dict, ready to be imported; OUT.safetensors.check the inputs `window` [8, 2, 160] and `rhythm`
[8, 15] with the `logits` [8, 4] that PyTorch gives. To import a network of your own, train this class and write its state_dict alike.
"""
import sys

import torch
from torch import nn

import safetensors_file


class BeatEncoder(nn.Module):
    """Convolutions, a bidirectional GRU and attention over the window: [beats, 2, 160] to [beats, 64]."""

    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv1d(2, 24, 7, padding=3), nn.BatchNorm1d(24)
        self.c2, self.b2 = nn.Conv1d(24, 48, 5, padding=2), nn.BatchNorm1d(48)
        self.c3, self.b3 = nn.Conv1d(48, 64, 3, padding=1), nn.BatchNorm1d(64)
        self.c4, self.b4 = nn.Conv1d(64, 64, 3, padding=1), nn.BatchNorm1d(64)
        self.g = nn.GRU(64, 32, bidirectional=True, batch_first=True)
        self.a1, self.a2 = nn.Linear(64, 32), nn.Linear(32, 1, bias=False)

    def encode(self, window):
        pool, relu = nn.functional.max_pool1d, torch.relu
        x = pool(relu(self.b1(self.c1(window))), 2)
        x = pool(relu(self.b2(self.c2(x))), 2)
        x = relu(self.b3(self.c3(x)))
        x = pool(relu(self.b4(self.c4(x)) + x), 2)
        states, _ = self.g(x.transpose(1, 2))
        weights = torch.softmax(self.a2(torch.tanh(self.a1(states))), 1)
        return (states * weights).sum(1)


class BeatNetwork(BeatEncoder):
    """The encoder's vector, joined by the rhythm features."""

    def __init__(self):
        super().__init__()
        self.d1, self.d2 = nn.Linear(79, 48), nn.Linear(48, 4)

    def forward(self, window, rhythm):
        return self.d2(torch.relu(self.d1(torch.cat([self.encode(window), rhythm], 1))))


def save(network, path):
    """Writes the state_dict; the counters of the batch normalisations are integers and are left out."""
    state = network.state_dict()
    safetensors_file.write(path, {name: state[name].numpy() for name in state if not name.endswith('num_batches_tracked')})


def main(path, seed='0'):
    torch.set_num_threads(1)
    torch.manual_seed(int(seed))
    network = BeatNetwork()
    window, rhythm = torch.randn(8, 2, 160), 0.3 * torch.randn(8, 15)
    # Running statistics other than the initial ones, as training leaves them behind.
    network.train()
    network(window, rhythm)
    network.eval()
    with torch.no_grad():
        logits = network(window, rhythm)
    save(network, path)
    safetensors_file.write(f'{path}.check', {'window': window.numpy(), 'rhythm': rhythm.numpy(), 'logits': logits.numpy()})


if __name__ == '__main__':
    main(*sys.argv[1:])
