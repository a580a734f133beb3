"""Writes phe_numbers.json: a key pair and 1,000 encrypted numbers made by python-paillier 1.5.0.

    pip install phe==1.5.0 && python make_phe_numbers.py > phe_numbers.json
"""

import json
import random

import phe
from phe.util import int_to_base64

random.seed(20261122)
public, private = phe.generate_paillier_keypair(n_length=2048)
jwk_public = {
    "kty": "DAJ",
    "alg": "PAI-GN1",
    "key_ops": ["encrypt"],
    "n": int_to_base64(public.n),
    "kid": "vectors",
}
jwk_private = {
    "kty": "DAJ",
    "key_ops": ["decrypt"],
    "p": int_to_base64(private.p),
    "q": int_to_base64(private.q),
    "pub": jwk_public,
    "kid": "vectors",
}

values = [0, 1, -1, 2**53 + 1, -(2**64), 2**512, -(2**1024), public.max_int, -public.max_int]
values += [0.0, 1.5, -0.1, 1e-9, 1e9, 5e-324, -5e-324, 2.2250738585072014e-308]
values += [1.7976931348623157e308, -1.7976931348623157e308, 1e-300, -1e300]
while len(values) < 1000:
    kind = random.randrange(4)
    if kind == 0:
        values.append(random.randint(-(2**70), 2**70))
    elif kind == 1:
        values.append(random.uniform(-1000, 1000))
    else:
        values.append(random.choice([-1, 1]) * random.random() * 2.0 ** random.randint(-1020, 1023))

numbers = []
for value in values:
    encrypted = public.encrypt(value)
    assert private.decrypt(encrypted) == value
    numbers.append(
        {
            "v": str(encrypted.ciphertext()),
            "e": encrypted.exponent,
            "x": value.hex() if isinstance(value, float) else str(value),
        }
    )
print(json.dumps({"private": jwk_private, "numbers": numbers}, separators=(",", ":")))
