"""Trains mnist_cryptonets: the network of CryptoNets, a padded convolution of stride 2 and two dense layers with squares.

Run: python models/mnist_cryptonets/train.py [--data FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from mnist_training import Conv, Dense, Square, Recipe, main  # noqa: E402

LAYERS = [
    Conv(5, kernel=5, stride=2, pads=(1, 1, 0, 0)),
    Square(),
    Dense(100),
    Square(),
    Dense(10),
]

if __name__ == "__main__":
    main(HERE, LAYERS, Recipe(epochs=40, distortion=0.6, untouched=0.3))
