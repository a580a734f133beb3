"""Builds the fuzz targets with libFuzzer and AddressSanitizer, and runs each for a while.

    python3 Tests/Fuzz/fuzz.py [--seconds N] [TARGET ...]

A target starts from good files, which it makes itself, and from `Tests/Fuzz/corpus/TARGET`: inputs that once found something or
are hard to find. What it learns stays in `.build/fuzz/corpus/TARGET` for the next run. The last lines say for each target how
often it ran and whether anything was found; a finding is written to `.build/fuzz/findings` and ends with status 1.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SCRATCH = os.path.join(ROOT, ".build", "fuzz")
PROGRAM = os.path.join(SCRATCH, "tacit-fuzz")
# The longest input of each target: a little more than its good files need.
TARGETS = {
    "request": 6000, "response": 6000, "evaluation-keys": 12000, "public-key": 2000, "vault": 80000, "card": 20000,
    "model": 40000, "csv": 400, "npy": 600, "json-keys": 2500, "onnx": 2000,
}  # fmt: skip


def build():
    flags = ["-c", "release", "--package-path", "Tests/Fuzz", "--scratch-path", SCRATCH, "--product", "TacitFuzz"]
    flags += ["--sanitize=address"]
    for flag in ("-sanitize=fuzzer", "-enable-testing", "-parse-as-library"):
        flags += ["-Xswiftc", flag]
    subprocess.run(["swift", "build", *flags], cwd=ROOT, check=True)
    where = subprocess.run(["swift", "build", *flags, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    objects = glob.glob(os.path.join(where.stdout.strip(), "*.build", "**", "*.o"), recursive=True)
    # Not what was built to be run while building, nor the command with its own `main`.
    objects = [path for path in objects if not re.search(r"-tool\.build|TacitCLI\.build", path)]
    # gold trips over the names of the sanitizer's runtime.
    link = ["swiftc", "-sanitize=fuzzer,address", "-use-ld=lld", "-lgmp", "-lsodium", "-o", PROGRAM]
    subprocess.run([*link, *objects], check=True)


def environment(target, **more):
    onnx = os.path.join(ROOT, "Tests", "InferenceTests", "Vectors", "operators")
    # Swift's own backtraces would hide libFuzzer's exit status.
    return {**os.environ, "TACIT_FUZZ": target, "TACIT_FUZZ_ONNX": onnx, "SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "symbolize=0", **more}


def fuzz(target, seconds):
    corpus = os.path.join(SCRATCH, "corpus", target)
    seeds = os.path.join(SCRATCH, "seeds", target)
    findings = os.path.join(SCRATCH, "findings", "")
    committed = os.path.join(ROOT, "Tests", "Fuzz", "corpus", target)
    shutil.rmtree(seeds, ignore_errors=True)
    for folder in (corpus, seeds, findings):
        os.makedirs(folder, exist_ok=True)
    quiet = {"stdin": subprocess.DEVNULL}
    subprocess.run([PROGRAM], env=environment(target, TACIT_FUZZ_SEEDS=seeds), check=True, **quiet)
    folders = [corpus, seeds] + ([committed] if os.path.isdir(committed) else [])
    options = [f"-max_total_time={seconds}", f"-max_len={TARGETS[target]}", "-timeout=20", "-rss_limit_mb=2048"]
    # Symbols of a program this large take longer than the fuzzing.
    options += ["-detect_leaks=0", "-print_funcs=0", "-print_final_stats=1", "-reload=0", f"-artifact_prefix={findings}{target}-"]
    log = os.path.join(SCRATCH, f"{target}.log")
    with open(log, "w") as out:
        code = subprocess.run([PROGRAM, *options, *folders], env=environment(target), stdout=out, stderr=out, **quiet).returncode
    text = open(log, errors="replace").read()
    number = lambda name: int((re.findall(name, text) or ["0"])[-1])  # noqa: E731
    runs = number(r"stat::number_of_executed_units:\s*(\d+)") or number(r"#(\d+)")
    edges, took = number(r"cov: (\d+)"), number(r"in (\d+) second")
    verdict = "nothing found" if code == 0 else f"FOUND SOMETHING, see {log}"
    print(f"{target:16} {runs:>12} runs {took:>6} s {edges:>7} edges  {verdict}", flush=True)
    return code == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("targets", nargs="*", default=[])
    arguments = parser.parse_args()
    for target in arguments.targets:
        if target not in TARGETS:
            sys.exit(f"no target {target}; there are {', '.join(TARGETS)}")
    if not arguments.no_build:
        build()
    results = [fuzz(target, arguments.seconds) for target in arguments.targets or TARGETS]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
