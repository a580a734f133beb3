"""Reads the MNIST training set from its IDX files, and writes part of it as CSV rows for the command line.

Run: python models/mnist_data.py [--data FOLDER] [--part training|held-out] [--rows N] ROWS.csv LABELS.csv
"""

from __future__ import annotations

import argparse
import gzip
import os
from pathlib import Path

import numpy as np

HELD_OUT = 10_000
PIXELS = 28 * 28
HEADER = [f"pixel_{row}_{column}" for row in range(28) for column in range(28)]
REPOSITORY = Path(__file__).resolve().parent.parent


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--data`, whose default is the variable TACIT_MNIST, or a folder beside the repository."""
    default = os.environ.get("TACIT_MNIST") or REPOSITORY.parent / "shared" / "data" / "mnist"
    parser.add_argument("--data", type=Path, default=Path(default), help="folder with the IDX files, plain or gzip")


def read_idx(folder: Path, name: str) -> np.ndarray:
    """Reads an IDX file of bytes, `name` or `name`.gz, checking its header against its length."""
    plain, packed = folder / name, folder / f"{name}.gz"
    if plain.exists():
        content = plain.read_bytes()
    elif packed.exists():
        content = gzip.decompress(packed.read_bytes())
    else:
        raise SystemExit(f"{plain}(.gz) not found: give the folder of the MNIST training set with --data or TACIT_MNIST")
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise SystemExit(f"{name}: not an IDX file of unsigned bytes")
    axes = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=axes, offset=4).astype(int)
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * axes)
    if values.size != shape.prod():
        raise SystemExit(f"{name}: holds {values.size} bytes, its header says {shape.prod()}")
    return values.reshape(shape)


def load(folder: Path) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Returns (images, labels) for training, and those of the last 10,000 images, which are held out.

    Images are rows of 784 bytes, 0 for paper and 255 for ink.
    """
    images = read_idx(folder, "train-images-idx3-ubyte").reshape(-1, PIXELS)
    labels = read_idx(folder, "train-labels-idx1-ubyte")
    if len(images) != len(labels) or len(images) <= HELD_OUT:
        raise SystemExit(f"{folder}: {len(images)} images and {len(labels)} labels; expected the 60,000 of the training set")
    cut = len(images) - HELD_OUT
    return (images[:cut], labels[:cut]), (images[cut:], labels[cut:])


def main() -> None:
    """Writes rows of the chosen part."""
    # Here, because it brings the ONNX package with it, which reading images does not need.
    from common import write_labels, write_rows

    parser = argparse.ArgumentParser(description="Writes MNIST images as CSV rows.")
    add_data_option(parser)
    parser.add_argument("--part", choices=("training", "held-out"), default="held-out")
    parser.add_argument("--rows", type=int, default=1000, help="how many, from the start of the part")
    parser.add_argument("rows_file", type=Path, metavar="ROWS.csv")
    parser.add_argument("labels_file", type=Path, metavar="LABELS.csv")
    options = parser.parse_args()
    training, held_out = load(options.data)
    images, labels = training if options.part == "training" else held_out
    write_rows(options.rows_file, HEADER, images[: options.rows])
    write_labels(options.labels_file, labels[: options.rows])


if __name__ == "__main__":
    main()
