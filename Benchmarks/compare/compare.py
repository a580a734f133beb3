#!/usr/bin/env python3
"""Tacit and others on the same work, same core, in one run, alternating; prints ratios of medians.

Usage: compare.py PATH-TO-TACIT [--rounds N] [--core N] [--output FOLDER] [--only TEXT]

Every library is installed from PyPI into a virtual environment of its own below the output folder; what
does not install is skipped, with the reason. Writes comparison.json and comparison.html.
"""

import argparse
import glob
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

import report

HERE = pathlib.Path(__file__).resolve().parent

# Name, script, packages, interpreters whose wheels exist, and what of ours it is held against.
ANCHORS = [
    ("SEAL (TenSEAL's wheel)", "tenseal_ckks.py", ["numpy", "tenseal"], ["3.11", "3.10", "3.12"], "ckks"),
    ("OpenFHE", "openfhe_ckks.py", ["numpy", "openfhe"], ["3.10"], "ckks"),
    ("desilofhe", "desilofhe_ckks.py", ["numpy", "desilofhe"], ["3.11", "3.12", "3.10"], "ckks"),
    ("python-paillier", "phe_paillier.py", ["phe", "gmpy2"], ["3.11", "3.12", "3.10"], "paillier"),
]


def interpreter(versions):
    """The first Python of these versions, on the path or below pyenv's folder."""
    for version in versions:
        found = shutil.which(f"python{version}")
        roots = sorted(glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin/python")))
        if roots:
            return roots[-1]
        if found:
            return found
    return None


def environment(folder, script, packages, versions):
    """A virtual environment with the packages: its interpreter, or the reason why there is none."""
    home = folder / "environments" / pathlib.Path(script).stem
    python = home / "bin" / "python"
    if python.exists():
        return str(python), None
    base = interpreter(versions)
    if base is None:
        return None, "no Python " + " or ".join(versions) + ", for which there are wheels"
    steps = [
        [base, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *packages],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode != 0:
            shutil.rmtree(home, ignore_errors=True)
            lines = (done.stderr or done.stdout).strip().splitlines()
            return None, lines[-1] if lines else "installation failed"
    return str(python), None


def run(command, core, cwd=None):
    """Standard output of a command pinned to a core, with one thread."""
    pin = ["taskset", "-c", str(core)] if shutil.which("taskset") else []
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*pin, *command], capture_output=True, text=True, cwd=cwd, env=one_thread)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"ended with code {done.returncode}")
    return done.stdout


def note(text):
    print(text, file=sys.stderr, flush=True)


def measure(options, runnable, samples):
    """All rounds: ours before each of the others, so that both see the same machine."""
    for number in range(options.rounds):
        for name, script, python, ours in runnable:
            note(f"round {number + 1} of {options.rounds}: Tacit, {name}")
            for entry in json.loads(run([options.tacit, "bench", ours, "--json"], options.core)):
                keep(samples, "Tacit", entry["parameters"], entry["operation"], entry["p50"])
            text = run([python, script], options.core, cwd=HERE / "anchors")
            for entry in json.loads(text.strip().splitlines()[-1])["results"]:
                keep(samples, name, entry["parameters"], entry["operation"], entry["seconds"])


def keep(samples, library, parameters, operation, seconds):
    samples.setdefault((parameters, operation), {}).setdefault(library, []).append(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tacit", type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(".build/compare"))
    parser.add_argument("--only", default="", help="only libraries whose name contains this")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    runnable, skipped = [], []
    for name, script, packages, versions, ours in ANCHORS:
        if options.only.lower() not in name.lower():
            continue
        python, reason = environment(options.output.resolve(), script, packages, versions)
        if python is not None:
            try:
                run([python, "-c", "import " + packages[-1].replace("gmpy2", "phe")], options.core)
            except RuntimeError as error:
                python, reason = None, str(error)
        if python is None:
            skipped.append({"library": name, "reason": reason})
            note(f"skipped {name}: {reason}")
        else:
            runnable.append((name, script, python, ours))
    samples = {}
    measure(options, runnable, samples)

    rows = [
        {
            "parameters": parameters,
            "operation": operation,
            "medians": {name: statistics.median(values) for name, values in libraries.items()},
        }
        for (parameters, operation), libraries in samples.items()
        if "Tacit" in libraries
    ]
    result = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "rounds": options.rounds,
        "libraries": ["Tacit"] + [name for name, *_ in runnable],
        "skipped": skipped,
        "rows": rows,
    }
    (options.output / "comparison.json").write_text(json.dumps(result, indent=1))
    about = "Same machine, same core, one thread, one run, alternating; medians."
    (options.output / "comparison.html").write_text(
        report.html(result, "Tacit beside others", about))
    print(report.table(result))
    note(f"wrote {options.output}/comparison.json and {options.output}/comparison.html")


def machine():
    """The processor's name and how many cores it shows."""
    name = platform.processor()
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, one used"


if __name__ == "__main__":
    main()
