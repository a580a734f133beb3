"""Makes corrupt files out of good ones and has the command read them.

    python3 Tests/Corpus/corpus.py manifest             write manifest.json, which the suite reads (CorpusTests.swift)
    python3 Tests/Corpus/corpus.py make TACIT FOLDER    leave good and corrupt files in a folder
    python3 Tests/Corpus/corpus.py run TACIT [NAME]     run the command on every file, or on those whose names hold NAME

Every file must be refused with status 65 (77 for a passphrase), one line that says what the manifest says, nothing on standard
output and no file left behind; good files must be accepted.
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

import corruptions
import edits

HERE = os.path.dirname(os.path.abspath(__file__))
OPERATORS = os.path.join(HERE, "..", "InferenceTests", "Vectors", "operators")
ROWS = "1,-2,0.5,1\n"


class Bench:
    """Good files of every kind, made by the command itself, and how each kind is read."""

    def __init__(self, tacit, folder):
        self.tacit, self.folder = os.path.abspath(tacit), folder
        os.makedirs(os.path.join(folder, "good"), exist_ok=True)
        self.good("compile", os.path.join(OPERATORS, "Square_plus.onnx"), "--range=-2..2", "--precision", "8", "--scheme", "ckks",
                  "--layout", "slots", "-o", "good/model", "--card", "good/card")  # fmt: skip
        self.good("compile", os.path.join(OPERATORS, "Conv_pointwise.onnx"), "--range=-2..2", "--precision", "8", "--scheme",
                  "paillier", "-o", "good/pmodel", "--card", "good/pcard")  # fmt: skip
        self.write("good/csv", ROWS.encode())
        self.write("prows.csv", b",".join([b"1"] * 18) + b"\n")
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 4), }\n"
        self.write("good/npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(32))
        self.good("keygen", "--card", "good/card", "--vault", "v", "--name", "key", "--evaluation-keys", "good/keys", "--public-key", "good/public")
        self.good("keygen", "--card", "good/pcard", "--vault", "v", "--name", "pkey", "--evaluation-keys", "good/pkeys")
        self.good("encrypt", "--card", "good/card", "--vault", "v", "--name", "key", "good/csv", "-o", "good/request")
        self.good("encrypt", "--card", "good/pcard", "--vault", "v", "--name", "pkey", "prows.csv", "-o", "good/prequest")
        self.good("infer", "--model", "good/model", "--evaluation-keys", "good/keys", "good/request", "-o", "good/response")
        self.good("keys", "export", "--vault", "v", "--name", "key", "-o", "good/key")
        self.good("keys", "backup", "--vault", "v", "--name", "key", "-o", "good/backup")
        device = self.good("keys", "device", "--vault", "v").strip()
        self.good("keys", "share", "--vault", "v", "--name", "key", "--to", device, "-o", "good/box")
        self.good("keys", "export", "--vault", "v", "--name", "pkey", "--format", "phe", "-o", "good/phe")

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content)

    def read(self, good):
        with open(os.path.join(self.folder, "good", good), "rb") as file:
            return file.read()

    def run(self, *arguments, cwd=None):
        environment = {**os.environ, "TACIT_PASSPHRASE": "corpus"}
        return subprocess.run([self.tacit, *arguments], cwd=cwd or self.folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace")  # fmt: skip

    def good(self, *arguments):
        done = self.run(*arguments)
        if done.returncode != 0:
            sys.exit(f"{arguments}: {done.stderr}")
        return done.stdout

    def command(self, good, place):
        """The command that reads the file `corrupt` in the folder `place`; `good/` stands two folders above."""
        g = os.path.join(self.folder, "good", "")
        vault = os.path.join(self.folder, "v")
        encrypt = ["encrypt", "--card", g + "card", "--public-key", g + "public", g + "csv", "-o", "out"]
        infer = ["infer", "--model", g + "model", "--evaluation-keys", g + "keys", g + "request", "-o", "out"]
        pinfer = ["infer", "--model", g + "pmodel", "--evaluation-keys", g + "pkeys", g + "prequest", "-o", "out"]
        decrypt = ["decrypt", "--vault", vault, "--name", "key", "--card", g + "card", g + "response", "-o", "out"]
        change = lambda command, old: ["corrupt" if word == old else word for word in command]  # noqa: E731
        if good == "key":
            os.makedirs(os.path.join(place, "v"), mode=0o700)
            shutil.copy(os.path.join(place, "corrupt"), os.path.join(place, "v", "key.key"))
            os.chmod(os.path.join(place, "v", "key.key"), 0o600)
            return change(decrypt, vault)[:2] + ["v"] + decrypt[3:]
        return {
            "card": change(encrypt, g + "card"), "public": change(encrypt, g + "public"), "csv": change(encrypt, g + "csv"),
            "npy": change(encrypt, g + "csv"), "model": change(infer, g + "model"), "keys": change(infer, g + "keys"),
            "request": change(infer, g + "request"), "prequest": change(pinfer, g + "prequest"), "pkeys": change(pinfer, g + "pkeys"),
            "response": change(decrypt, g + "response"), "backup": ["keys", "restore", "--vault", "r", "corrupt"],
            "box": ["keys", "accept", "--vault", vault, "--name", "new", "corrupt"],
            "phe": ["keys", "import", "--format", "phe", "--vault", "p", "--name", "x", "corrupt"],
        }[good]  # fmt: skip

    def refusal(self, entry, content):
        """None when the file is refused as it should be; otherwise what is wrong."""
        place = tempfile.mkdtemp(dir=self.folder)
        try:
            with open(os.path.join(place, "corrupt"), "wb") as file:
                file.write(content)
            command = self.command(entry["good"], place)
            done = self.run(*command, cwd=place)
            lines = done.stderr.strip().split("\n")
            if done.returncode not in (65, 77):
                return f"status {done.returncode}: {done.stderr.strip()[:300]}"
            if len(lines) != 1 or not lines[0].startswith("tacit: ") or done.stdout:
                return f"says more than one line: {done.stderr.strip()[:300]} {done.stdout[:100]}"
            if entry["expected"] not in lines[0]:
                return f"expected '{entry['expected']}', found: {lines[0][:300]}"
            if os.path.exists(os.path.join(place, "out")):
                return "left a file behind"
            return None
        finally:
            shutil.rmtree(place, ignore_errors=True)


def run(tacit, filter_text=""):
    folder = tempfile.mkdtemp(prefix="tacit-corpus-")
    try:
        bench = Bench(tacit, folder)
        entries = [entry for entry in corruptions.CORPUS if filter_text in entry["name"]]

        def check(entry):
            try:
                return bench.refusal(entry, edits.apply(bench.read(entry["good"]), entry["edits"]))
            except AssertionError as error:
                return f"cannot be made: {error}"

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = list(pool.map(check, entries))
        for good in sorted({entry["good"] for entry in entries}):
            found = bench.refusal({"good": good, "expected": ""}, bench.read(good))
            if not found or not found.startswith("status 0"):
                problems.append(f"good {good}: {found or 'refused'}")
        wrong = [(entry["name"], problem) for entry, problem in zip(entries, problems) if problem]
        wrong += [("good files", problem) for problem in problems[len(entries) :]]
        for name, problem in wrong:
            print(f"{name}: {problem}")
        print(f"{len(entries)} corrupt files, {len(entries) - len([n for n, _ in wrong if n != 'good files'])} refused as they should be")
        return not wrong
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(tacit, folder):
    bench = Bench(tacit, folder)
    for entry in corruptions.CORPUS:
        bench.write(entry["name"], edits.apply(bench.read(entry["good"]), entry["edits"]))


def main():
    if sys.argv[1:2] == ["manifest"]:
        lines = ",\n".join(json.dumps(entry) for entry in corruptions.CORPUS)
        with open(os.path.join(HERE, "manifest.json"), "w") as file:
            file.write(f"[\n{lines}\n]\n")
    elif sys.argv[1:2] == ["make"]:
        make(sys.argv[2], sys.argv[3])
    elif sys.argv[1:2] == ["run"]:
        sys.exit(0 if run(*sys.argv[2:]) else 1)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
