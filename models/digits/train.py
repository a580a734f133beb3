"""Trains the digits model: 64-32-10 with a square between the layers, in numpy with the gradient written out.

Run: python models/digits/train.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # more threads add in changing order: other last bits
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import GraphBuilder, report, write_labels, write_rows  # noqa: E402

SEED = 20261121
TEST_ROWS = 360
CALIBRATION_ROWS = 200
HIDDEN = 32
CLASSES = 10
LARGEST_PIXEL = 16.0

EPOCHS = 300
BATCH = 64
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.05
LABEL_SMOOTHING = 0.1

Parameters = list[np.ndarray]


def forward(parameters: Parameters, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the hidden values before the square, and the logits."""
    weight1, bias1, weight2, bias2 = parameters
    hidden = pixels @ weight1.T + bias1
    return hidden, (hidden * hidden) @ weight2.T + bias2


def gradient(parameters: Parameters, pixels: np.ndarray, targets: np.ndarray) -> Parameters:
    """Returns the gradient of the mean cross-entropy against the smoothed `targets`."""
    hidden, logits = forward(parameters, pixels)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    to_logits = (exponentials / exponentials.sum(axis=1, keepdims=True) - targets) / len(pixels)
    to_hidden = 2 * hidden * (to_logits @ parameters[2])
    return [to_hidden.T @ pixels, to_hidden.sum(axis=0), to_logits.T @ (hidden * hidden), to_logits.sum(axis=0)]


def shifted(pixels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Moves each image by up to half a pixel each way (bilinear), zeros coming in from outside."""
    images = np.pad(pixels.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    for axis in (1, 2):
        amount = generator.uniform(-0.5, 0.5, size=(len(images), 1, 1))
        forward_part, backward_part = np.maximum(amount, 0), np.maximum(-amount, 0)
        images = (
            (1 - np.abs(amount)) * images
            + forward_part * np.roll(images, 1, axis)
            + backward_part * np.roll(images, -1, axis)
        )
    return images[:, 1:9, 1:9].reshape(-1, 64)


def train(pixels: np.ndarray, labels: np.ndarray) -> Parameters:
    """Adam with decoupled weight decay and a cosine schedule; `pixels` in 0...1."""
    generator = np.random.default_rng(SEED)
    parameters = [
        generator.normal(0, 1 / 8, (HIDDEN, 64)),
        np.zeros(HIDDEN),
        generator.normal(0, 1 / np.sqrt(HIDDEN), (CLASSES, HIDDEN)),
        np.zeros(CLASSES),
    ]
    first = [np.zeros_like(parameter) for parameter in parameters]
    second = [np.zeros_like(parameter) for parameter in parameters]
    targets = np.eye(CLASSES)[labels] * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / CLASSES
    steps_per_epoch = len(pixels) // BATCH
    step = 0
    for _ in range(EPOCHS):
        order = generator.permutation(len(pixels))
        inputs = shifted(pixels[order], generator)
        for index in range(steps_per_epoch):
            rows = slice(index * BATCH, (index + 1) * BATCH)
            step += 1
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / (EPOCHS * steps_per_epoch)))
            for position, slope in enumerate(gradient(parameters, inputs[rows], targets[order[rows]])):
                first[position] = 0.9 * first[position] + 0.1 * slope
                second[position] = 0.999 * second[position] + 0.001 * slope * slope
                move = first[position] / (1 - 0.9**step) / (np.sqrt(second[position] / (1 - 0.999**step)) + 1e-8)
                decay = WEIGHT_DECAY if parameters[position].ndim == 2 else 0
                parameters[position] -= rate * (move + decay * parameters[position])
    return parameters


def main() -> None:
    """Trains, exports, writes the CSV files and prints what the card states."""
    data = load_digits()
    training, test, training_labels, test_labels = train_test_split(
        data.data, data.target, test_size=TEST_ROWS, random_state=SEED, stratify=data.target
    )
    weight1, bias1, weight2, bias2 = train(training / LARGEST_PIXEL, training_labels)

    graph = GraphBuilder("digits", [64])
    graph.dense("hidden", weight1 / LARGEST_PIXEL, bias1)
    graph.square("squared")
    graph.dense("logits", weight2, bias2)
    path = HERE / "digits.onnx"
    graph.save(path, CLASSES)

    header = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    write_rows(HERE / "test.csv", header, test)
    write_labels(HERE / "test_labels.csv", test_labels)
    write_rows(HERE / "calibration.csv", header, training[:CALIBRATION_ROWS])

    print("training rows")
    report(path, training, training_labels)
    print("held-back rows")
    report(path, test, test_labels)


if __name__ == "__main__":
    main()
