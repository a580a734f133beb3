"""Holds the `tacit` command against the independent implementation in lattice.py.

    python3 Tests/Oracle/check.py PATH-TO-TACIT

Needs numpy and PyNaCl. Compiles a demo model, makes a key, and checks that
- a request of ours decrypts to the slots that encode its rows, and a response to the scores that `decrypt` prints;
- rotating a request with our Galois keys rotates its slots;
- a request encrypted there is accepted by `infer`, and its answer decrypts to the same scores.
"""

import csv
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import lattice

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/SecretsTests/Vectors"))
import vault_vectors  # noqa: E402

PASSPHRASE = "an oracle's passphrase"
ROWS = 4


def secret_key(path):
    """The ternary coefficients in a vault file: a byte 0, 1, 2 for each of -1, 0, 1."""
    opened = vault_vectors.open_file(path.read_bytes(), PASSPHRASE.encode())
    payload = bytes.fromhex(opened["payload"])
    version, scheme, _, count = payload[0], payload[1], payload[2:4], payload[4:8]
    assert (version, scheme) == (1, 1) and int.from_bytes(count, "little") == len(payload) - 8
    return np.array([byte - 1 for byte in payload[8:]], object)


def main():
    tacit = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tacit-oracle-"))
    models = ROOT / "models"

    def run(*arguments):
        subprocess.run([tacit, *map(str, arguments)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, "TACIT_PASSPHRASE": PASSPHRASE})

    def scores(name):
        run("decrypt", "--vault", "vault", "--name", "key", f"{name}.ct", "--scores", "-o", f"{name}.csv")
        with open(folder / f"{name}.csv") as file:
            table = list(csv.reader(file))
        return np.array([[float(x) for x in row] for row in table[1:]])

    lines = (models / "digits/test.csv").read_text().splitlines()[:ROWS + 1]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    run("compile", models / "digits/digits.onnx", "-o", "m.tacit", "--card", "m.card", "--rows", ROWS,
        "--calibrate", models / "digits/calibration.csv")
    run("keygen", "--card", "m.card", "--vault", "vault", "--name", "key", "--evaluation-keys", "k.evk")
    run("encrypt", "--card", "m.card", "--vault", "vault", "--name", "key", "rows.csv", "-o", "q.ct")
    run("infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o", "r.ct")

    def data(name):
        return (folder / name).read_bytes()

    ring = lattice.Ring(data("m.card"))
    secret = secret_key(folder / "vault/key.key")
    rows, requests = lattice.read_batch(ring, data("q.ct"), "request")
    assert rows == ROWS
    slots = [lattice.decrypt(ring, secret, request) for request in requests]
    inputs = slots[0]
    print(f"request: degree {ring.degree}, level {requests[0][0]}; largest slot {np.abs(inputs).max():.3f}")
    # Pixels 0...16 of a card that was calibrated on them are normalized to [-1, 1] by halves of 40.
    assert np.abs(inputs.imag).max() < 1e-5 and np.abs(inputs).max() <= 1

    found = scores("r")
    _, responses = lattice.read_batch(ring, data("r.ct"), "response")
    answer = np.concatenate([lattice.decrypt(ring, secret, response).real for response in responses])
    distance = max(np.abs(answer - score).min() for score in found.reshape(-1))
    print(f"response: every score stands in a slot, to {distance:.1e}")
    assert distance < 1e-9

    keys = lattice.read_rotation_keys(ring, data("k.evk"))
    checked = 0
    for amount in (entry["amount"] for entry in ring.lattice["keys"]["rotations"]):
        element = pow(5, amount % (ring.degree // 2), 2 * ring.degree)
        if keys[element][0] != requests[0][0] or checked == 2:
            continue
        rotated = lattice.rotate(ring, requests[0], element, keys[element])
        error = np.abs(lattice.decrypt(ring, secret, rotated) - np.roll(inputs, -amount)).max()
        print(f"rotation by {amount}: largest error {error:.1e}")
        assert error < 1e-5
        checked += 1
    assert checked > 0, "no rotation key at the request's level"

    level = requests[0][0]
    again = [lattice.encrypt(ring, secret, values.real, level) for values in slots]
    (folder / "s.ct").write_bytes(lattice.write_batch(data("q.ct")[:104], rows, again, ring))
    run("infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "s.ct", "-o", "t.ct")
    error = np.abs(scores("t") - found).max()
    print(f"a request encrypted here, inferred and decrypted there: scores differ by {error:.1e}")
    assert error < 1e-3
    print("4 passed, 0 failed")


if __name__ == "__main__":
    main()
