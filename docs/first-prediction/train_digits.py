"""A PyTorch network with an activation that is no polynomial, exported with torch.onnx."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn


class Digits(nn.Module):
    """Takes pixels from 0 to 16 as they come: the scaling a model wants is part of its graph."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 32), nn.SiLU(), nn.Linear(32, 10))

    def forward(self, pixels):
        return self.layers(pixels / 16)


torch.manual_seed(1)
data = load_digits()
train, test, train_labels, test_labels = train_test_split(
    data.data.astype(np.float32), data.target, test_size=360, random_state=1, stratify=data.target
)
network = Digits()
optimizer = torch.optim.Adam(network.parameters(), lr=0.003, weight_decay=1e-4)
rows, labels = torch.tensor(train), torch.tensor(train_labels)
for _ in range(60):
    for batch in torch.randperm(len(rows)).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(rows[batch]), labels[batch]).backward()
        optimizer.step()

right = (network(torch.tensor(test)).argmax(1).numpy() == test_labels).mean()
print(f"{right:.1%} of {len(test)} held-back rows right")

torch.onnx.export(network.eval(), (rows[:1],), "digits.onnx", verbose=False)
np.savetxt("digits-calibration.csv", train[:200], delimiter=",", fmt="%g")
np.savetxt("digits-rows.csv", test, delimiter=",", fmt="%g")
np.savetxt("digits-labels.csv", test_labels, fmt="%d")
