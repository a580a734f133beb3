"""Checks with python-paillier 1.5.0 what Tacit exports; run by hand, not by the test suite.

    pip install phe==1.5.0
    python check_exports.py key.json [numbers.json expected.csv]

`key.json` comes from `tacit keys export --format phe`. Without further files, the key decrypts what phe encrypts under
its public part. `numbers.json` holds encrypted numbers made by Tacit (an array of {"v", "e"}); `expected.csv` the
numbers, one a line. Every exponent must be the same, and every number equal.
"""

import json
import sys

import phe
from phe.util import base64_to_int

with open(sys.argv[1]) as file:
    key = json.load(file)
assert key["kty"] == "DAJ" and key["key_ops"] == ["decrypt"]
assert key["pub"]["kty"] == "DAJ" and key["pub"]["alg"] == "PAI-GN1"
public = phe.PaillierPublicKey(base64_to_int(key["pub"]["n"]))
private = phe.PaillierPrivateKey(public, base64_to_int(key["p"]), base64_to_int(key["q"]))
for value in [0, 1, -1, 2**70, -0.1, 1e-300, 1.7976931348623157e308]:
    assert private.decrypt(public.encrypt(value)) == value

count = 0
if len(sys.argv) > 2:
    with open(sys.argv[2]) as file:
        numbers = json.load(file)
    with open(sys.argv[3]) as file:
        expected = [float(line) for line in file if line.strip()]
    assert len(numbers) == len(expected)
    assert len({number["e"] for number in numbers}) == 1, "exponents differ"
    for number, value in zip(numbers, expected):
        found = private.decrypt(phe.EncryptedNumber(public, int(number["v"]), number["e"]))
        assert found == value, (found, value)
        count += 1
print(f"phe {phe.__version__} reads the key ({public.n.bit_length()} bits) and {count} numbers")
