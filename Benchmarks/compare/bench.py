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

# Model, rows, options of compile.
WORK = [
    ("breast_cancer", 1, ["--calibrate", MODELS / "breast_cancer/calibration.csv"]),
    ("digits", 1, ["--calibrate", MODELS / "digits/calibration.csv"]),
    ("digits", 1000, ["--calibrate", MODELS / "digits/calibration.csv"]),
    ("mnist_mlp", 1, ["--range", "0..255"]),
    ("mnist_cnn", 1, ["--range", "0..255"]),
    ("mnist_cryptonets", 1, ["--range", "0..255"]),
]
OTHERS = "best elsewhere (other machine)"


def operations(tacit, core):
    """The operations of both schemes."""
    rows = []
    for scheme in ("ckks", "paillier"):
        note(f"operations of {scheme}")
        for entry in json.loads(run([tacit, "bench", scheme, "--json"], core)):
            rows.append(entry)
    return rows


def stages(tacit, core):
    """The stages of the demo models."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, count, options in WORK:
            note(f"stages of {name}, {count} rows")
            model = os.path.join(folder, f"{name}-{count}.tacit")
            run([tacit, "compile", str(MODELS / name / f"{name}.onnx"), "-o", model,
                 "--rows", str(count), *map(str, options)], core)
            for stage in json.loads(run([tacit, "bench", model, "--json"], core))["stages"]:
                rows.append({
                    "parameters": f"{name}, {count} row{'s' if count > 1 else ''}",
                    "operation": stage["name"],
                    **{key: stage[key] for key in ("p50", "p95", "p99")},
                    "byteCount": stage.get("byteCount"),
                })
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tacit", type=os.path.abspath)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(".build/bench"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    references = json.loads((HERE / "references.json").read_text())
    best = {(parameters, operation): seconds for parameters, operation, seconds in references["rows"]}
    rows = []
    for entry in operations(options.tacit, options.core) + stages(options.tacit, options.core):
        medians = {"Tacit": entry["p50"]}
        if (entry["parameters"], entry["operation"]) in best:
            medians[OTHERS] = best[entry["parameters"], entry["operation"]]
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
