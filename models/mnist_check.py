"""Runs held-out MNIST images encrypted and in the clear, and holds the answers against the models' certificates.

Run: python models/mnist_check.py TACIT [--data FOLDER] [--images N] [--models NAME ...]

For every model: encrypted and clear class agree on every image whose two largest clear logits are more than twice the
certificate's bound apart, and the largest error of a logit stays below a thousandth of the logits' range. Without the
data nothing is checked, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import mnist_data

FOLDER = Path(__file__).resolve().parent
MODELS = ("mnist_mlp", "mnist_cnn", "mnist_cryptonets")
CALIBRATION_ROWS = 1000
LARGEST_RELATIVE_ERROR = 1e-3


def run(command: list[object]) -> str:
    """Runs a command and returns what it prints; verify may exit with 1, which its report explains."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[1]} failed: {done.stderr.strip()}")
    return done.stdout


def check(tacit: Path, name: str, work: Path, options: list[str]) -> bool:
    """Compiles one model, verifies it, prints a line, and tells whether the model keeps its word."""
    model, card = work / f"{name}.tacit", work / f"{name}.card"
    run([tacit, "compile", FOLDER / name / f"{name}.onnx", "-o", model, "--card", card,
         "--calibrate", work / "calibration.npy", *options])
    report = json.loads(run([tacit, "verify", "--model", model, work / "rows.npy", "--json"]))
    undecided = report["rowCount"] - report["decidedRows"]
    differing = report["rowCount"] - report["classAgreement"]
    keeps = (report["decidedDisagreements"] == 0 and report["largestError"] <= report["errorBound"]
             and report["relativeError"] < LARGEST_RELATIVE_ERROR)
    print(f"{name}: {report['rowCount']} images, {report['decidedDisagreements']} of the {report['decidedRows']} decided ones with "
          f"another class, {undecided} closer than twice the bound, {differing} with another class in all; bound "
          f"{report['errorBound']:.2g}, largest error {report['largestError']:.2g} ({report['relativeError']:.2g} of the range), "
          f"mean square {report['rootMeanSquare']:.2g}, predicted {report['predictedRootMeanSquare']:.2g}: "
          f"{'as promised' if keeps else 'NOT AS PROMISED'}", flush=True)
    return keeps


def main() -> None:
    """Checks the chosen models on the first held-out images."""
    parser = argparse.ArgumentParser(description="Holds encrypted MNIST models against clear ones.")
    mnist_data.add_data_option(parser)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--compile-option", action="append", default=[], help="passed on to tacit compile")
    parser.add_argument("tacit", type=Path, metavar="TACIT")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"skipped: no MNIST data in {options.data} (--data FOLDER or TACIT_MNIST)")
        return
    training, held_out = mnist_data.load(options.data)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        np.save(work / "calibration.npy", training[0][:CALIBRATION_ROWS].astype(np.float32))
        np.save(work / "rows.npy", held_out[0][: options.images].astype(np.float32))
        kept = [check(options.tacit, name, work, options.compile_option) for name in options.models]
    if not all(kept):
        sys.exit(1)


if __name__ == "__main__":
    main()
