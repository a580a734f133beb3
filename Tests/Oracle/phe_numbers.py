"""Holds the `tacit` command against python-paillier 1.5.0, both ways, on 1,000 numbers.

    pip install phe==1.5.0 gmpy2
    python Tests/Oracle/phe_numbers.py PATH-TO-TACIT [BITS]

A key made by python-paillier is imported, and one made by Tacit exported. Under each, python-paillier decrypts 1,000
numbers that Tacit encrypted, Tacit decrypts 1,000 that python-paillier encrypted, and Tacit decrypts what
python-paillier computed (a x + y, a x + b, x - y) on numbers that Tacit encrypted. Negative, tiny and huge numbers are
among them; every result must be equal, and all exponents that Tacit writes the same.
"""

import fractions
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import phe
from phe.util import base64_to_int, int_to_base64

TACIT = os.path.abspath(sys.argv[1])
BITS = int(sys.argv[2]) if len(sys.argv) > 2 else 3072
ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="tacit-phe-"))
COUNT = 1000
WEAK = ["--accept-112-bit-security"] if BITS == 2048 else []


def tacit(*arguments):
    result = subprocess.run([TACIT, *map(str, arguments)], cwd=FOLDER, check=True, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, env={**os.environ, "TACIT_PASSPHRASE": "an oracle's passphrase"})
    return result.stdout


def reals():
    values = [0.0, -0.0, 1.0, -1.0, 1.5, -0.1, 1e-9, 1e9, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-300, -1e300,
              sys.float_info.max, -sys.float_info.max]
    while len(values) < COUNT:
        sign = random.choice([-1, 1])
        if random.randrange(2):
            values.append(sign * random.uniform(0, 1000))
        else:
            values.append(sign * random.random() * 2.0 ** random.randint(-1022, 1023))
    return values


def integers(public):
    values = [0, 1, -1, 2**53 + 1, -(2**64), 2**512, -(2**1024), public.max_int, -public.max_int]
    return values + [random.choice([-1, 1]) * random.getrandbits(random.randint(1, BITS - 4)) for _ in range(191)]


def write_jwk(public, private, path):
    pub = {"kty": "DAJ", "alg": "PAI-GN1", "key_ops": ["encrypt"], "n": int_to_base64(public.n), "kid": "oracle"}
    (FOLDER / "pub.json").write_text(json.dumps(pub))
    jwk = {"kty": "DAJ", "key_ops": ["decrypt"], "p": int_to_base64(private.p), "q": int_to_base64(private.q),
           "pub": pub, "kid": "oracle"}
    (FOLDER / path).write_text(json.dumps(jwk))


def write_numbers(numbers, path):
    (FOLDER / path).write_text(json.dumps([{"v": str(x.ciphertext()), "e": x.exponent} for x in numbers]))


def read_numbers(public, path):
    numbers = json.loads((FOLDER / path).read_text())
    assert len({number["e"] for number in numbers}) == 1, "exponents differ"
    return [phe.EncryptedNumber(public, int(number["v"]), number["e"]) for number in numbers]


def encrypt(public, values, exponent):
    (FOLDER / "x.csv").write_text("".join(f"{x!r}\n" for x in values))
    tacit("numbers", "encrypt", "--public-key", "pub.json", f"--exponent={exponent}", *WEAK, "x.csv", "-o", "x.json")
    return read_numbers(public, "x.json")


def decrypt(vault, numbers):
    write_numbers(numbers, "y.json")
    return tacit("numbers", "decrypt", "--vault", vault, "--name", "k", "y.json").split()


def check(public, private, vault):
    """Both ways under one key; the number of values compared."""
    values = reals()
    # Every double exactly, where the plaintext space has room for the smallest and the largest.
    if BITS < 3072:
        values = [x if 1e-100 < abs(x) < 1e100 else x and 0.5 for x in values]
    found = [private.decrypt(x) for x in encrypt(public, values, -269 if BITS >= 3072 else -140)]
    assert found == values, next((x, y) for x, y in zip(found, values) if x != y)

    whole = integers(public)
    mixed = reals()[:COUNT - len(whole)] + whole
    numbers = [public.encrypt(x) for x in mixed]
    for text, value in zip(decrypt(vault, numbers), mixed, strict=True):
        assert (int(text) if isinstance(value, int) else float(text)) == value, (text, value)

    small = [random.uniform(-1000, 1000) for _ in range(30)]
    encrypted = encrypt(public, small, -32)
    computed, expected = [], []
    for x, y, vx, vy in zip(encrypted, encrypted[1:], small, small[1:]):
        a, b = random.uniform(-9, 9), random.uniform(-9, 9)
        computed += [x * a + y, x * a + b, x - y]
        fx, fy, fa, fb = map(fractions.Fraction, (vx, vy, a, b))
        expected += [float(fx * fa + fy), float(fx * fa + fb), float(fx - fy)]
    for text, value in zip(decrypt(vault, computed), expected, strict=True):
        assert float(text) == value, (text, value)
    return len(values) + len(mixed) + len(computed)


random.seed(20261121)
public, private = phe.generate_paillier_keypair(n_length=BITS)
write_jwk(public, private, "k.json")
tacit("keys", "import", "--format", "phe", "--vault", "theirs", "--name", "k", *WEAK, "k.json")
count = check(public, private, "theirs")
print(f"key of phe {phe.__version__}, {BITS} bits: {count} numbers agree")

if BITS == 3072:
    model = ROOT / "models/breast_cancer"
    onnx = next(model.glob("*.onnx"))
    tacit("compile", onnx, "-o", "m.tacit", "--card", "m.card", "--calibrate", model / "calibration.csv", "--scheme",
          "paillier")
    tacit("keygen", "--card", "m.card", "--vault", "ours", "--name", "k", "--evaluation-keys", "k.evk")
    tacit("keys", "export", "--format", "phe", "--vault", "ours", "--name", "k", "-o", "ours.json")
    key = json.loads((FOLDER / "ours.json").read_text())
    (FOLDER / "pub.json").write_text(json.dumps(key["pub"]))
    public = phe.PaillierPublicKey(base64_to_int(key["pub"]["n"]))
    private = phe.PaillierPrivateKey(public, base64_to_int(key["p"]), base64_to_int(key["q"]))
    count = check(public, private, "ours")
    print(f"key of Tacit, {BITS} bits: {count} numbers agree")
