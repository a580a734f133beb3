"""Trains mnist_lenet: two convolutions, two average pools and three dense layers, a learned quadratic behind each.

Run: python models/mnist_lenet/train.py [--data FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from mnist_training import AveragePool, Conv, Dense, Quadratic, Recipe, main  # noqa: E402

LAYERS = [
    Conv(6, kernel=5),
    Quadratic(),
    AveragePool(2),
    Conv(16, kernel=5),
    Quadratic(),
    AveragePool(2),
    Dense(120),
    Quadratic(),
    Dense(84),
    Quadratic(),
    Dense(10),
]

if __name__ == "__main__":
    main(HERE, LAYERS, Recipe(epochs=50, distortion=0.6, untouched=0.3))
