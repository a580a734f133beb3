"""Trains mnist_cnn: a convolution of stride 3 and two dense layers with squares.

Run: python models/mnist_cnn/train.py [--data FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from mnist_training import Conv, Dense, Square, Recipe, main  # noqa: E402

LAYERS = [
    Conv(4, kernel=7, stride=3),
    Square(),
    Dense(64),
    Square(),
    Dense(10),
]

if __name__ == "__main__":
    main(HERE, LAYERS, Recipe(epochs=60, distortion=0.5))
