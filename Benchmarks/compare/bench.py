#!/usr/bin/env python3
"""Every latency that `tacit bench` measures, as a table, JSON, and a page with plots.

Usage: bench.py PATH-TO-TACIT [--core N] [--output FOLDER]

Beside Tacit's medians stand the best figures of others in references.json; they were measured on another
machine, so their ratios are a hint. For ratios of one run on one machine: compare.py.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

import report
from compare import HERE, machine, note, run

MODELS = HERE.parent.parent / "models"
sys.path.append(str(MODELS))
try:
    import mnist_data
except ImportError:  # numpy is missing
    mnist_data = None

# Model, rows, and what is asked of the compiler beyond its defaults: words of the label, options.
WORK = [
    ("breast_cancer", 1, "", ()),
    ("breast_cancer", 1, "flooded by 40 bits", ("--flood", "40")),
    ("digits", 1000, "", ()),
    ("mnist_mlp", 4096, "", ()),
    *((name, 1, words, more)
      for name in ("digits", "mnist_mlp", "mnist_cnn", "mnist_cryptonets", "mnist_lenet")
      for words, more in (("", ()), ("10 bits", ("--precision", "10")))),
]
CALIBRATION_ROWS = 1000
OTHERS = "best elsewhere (other machine)"


def operations(tacit, core):
    """The operations of both schemes."""
    rows = []
    for scheme in ("ckks", "paillier"):
        note(f"operations of {scheme}")
        for entry in json.loads(run([tacit, "bench", scheme, "--json"], core)):
            if "threads" not in entry["operation"]:  # one core is given
                rows.append(entry)
    return rows


def ranges(name, data, folder):
    """Options that give a model's input range: rows like those it is for, where there are any, else what pixels may be."""
    rows = MODELS / name / "calibration.csv"
    if not rows.exists() and mnist_data and data.is_dir():
        rows = pathlib.Path(folder) / "images.npy"
        if not rows.exists():
            import numpy as np
            np.save(rows, mnist_data.load(data)[0][0][:CALIBRATION_ROWS].astype(np.float32))
    return ("--calibrate", rows) if rows.exists() else ("--range", "0..255")


def stages(tacit, core, data):
    """The stages of the demo models."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for index, (name, count, words, more) in enumerate(WORK):
            label = ", ".join(filter(None, (name, f"{count} row{'s' if count > 1 else ''}", words)))
            note(f"stages of {label}")
            model = os.path.join(folder, f"{index}.tacit")
            options = (*ranges(name, data, folder), "--rows", count, *more)
            run([tacit, "compile", str(MODELS / name / f"{name}.onnx"), "-o", model, *map(str, options)], core)
            for stage in json.loads(
                    run([tacit, "bench", model, "--rows", str(count), "--json"], core))["stages"]:
                rows.append({
                    "parameters": label,
                    "operation": stage["name"],
                    **{key: stage[key] for key in ("p50", "p95", "p99")},
                    "byteCount": stage.get("byteCount"),
                })
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tacit", type=os.path.abspath)
    if mnist_data:
        mnist_data.add_data_option(parser)
    else:
        parser.set_defaults(data=None)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(".build/bench"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    references = json.loads((HERE / "references.json").read_text())
    best = {(parameters, operation): seconds for parameters, operation, seconds in references["rows"]}
    rows = []
    for entry in operations(options.tacit, options.core) + stages(
            options.tacit, options.core, options.data):
        medians = {"Tacit": entry["p50"]}
        place = (entry["parameters"].removesuffix(", 10 bits"), entry["operation"])
        if place in best:
            medians[OTHERS] = best[place]
        rows.append({**entry, "medians": medians})
    result = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "libraries": ["Tacit", OTHERS],
        "skipped": [],
        "references": {key: references[key] for key in ("machine", "note")},
        "rows": rows,
    }
    (options.output / "bench.json").write_text(json.dumps(result, indent=1))
    title = "Latencies of Tacit"
    about = (f"One thread; medians. {OTHERS}: {references['note']}, on a {references['machine']}; "
             "its ratios compare two machines.")
    (options.output / "bench.html").write_text(report.html(result, title, about))
    print(report.table(result))
    note(f"wrote {options.output}/bench.json and {options.output}/bench.html")


if __name__ == "__main__":
    sys.exit(main())
