"""Trains the breast cancer model: standardised features, logistic regression, exported as scikit-learn users do.

Run: python models/breast_cancer/train.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # more threads add in changing order: other last bits
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
from skl2onnx import to_onnx  # noqa: E402
from sklearn.datasets import load_breast_cancer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import run, write_labels, write_rows  # noqa: E402

SEED = 20261121
TEST_ROWS = 143
CALIBRATION_ROWS = 100


def main() -> None:
    """Trains, exports, writes the CSV files and prints what the card states."""
    data = load_breast_cancer()
    train, test, train_labels, test_labels = train_test_split(
        data.data, data.target, test_size=TEST_ROWS, random_state=SEED, stratify=data.target
    )
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(random_state=SEED))
    pipeline.fit(train, train_labels)

    model = to_onnx(pipeline, train[:1].astype(np.float32))
    path = HERE / "breast_cancer.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))

    header = [str(name) for name in data.feature_names]
    write_rows(HERE / "test.csv", header, test)
    write_labels(HERE / "test_labels.csv", test_labels)
    write_rows(HERE / "calibration.csv", header, train[:CALIBRATION_ROWS])

    for name, rows, labels in (("training", train, train_labels), ("held back", test, test_labels)):
        answers = run(path, rows)["output_label"]
        print(f"{name}: {int(np.sum(answers == labels))} of {len(rows)} right ({100 * np.mean(answers == labels):.2f} %)")
        decision = pipeline.decision_function(rows)
        print(f"  decision value {decision.min():.3f} .. {decision.max():.3f}, smallest magnitude {np.abs(decision).min():.4f}")
    standardised = pipeline[0].transform(test)
    print(f"  standardised features {standardised.min():.3f} .. {standardised.max():.3f}")


if __name__ == "__main__":
    main()
