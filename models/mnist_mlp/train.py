"""Trains mnist_mlp: 784-128-10 with squares.

Run: python models/mnist_mlp/train.py [--data FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from mnist_training import Dense, Square, Recipe, main  # noqa: E402

LAYERS = [
    Dense(128),
    Square(),
    Dense(10),
]

if __name__ == "__main__":
    main(HERE, LAYERS, Recipe(epochs=30, distortion=0.5))
