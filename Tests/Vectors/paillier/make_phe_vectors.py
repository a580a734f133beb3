"""Writes phe.json: keys, ciphertexts and homomorphic results made by python-paillier 1.5.0.

    pip install phe==1.5.0 && python make_phe_vectors.py > phe.json
"""

import json
import random

from phe import paillier

random.seed(20261121)


def hexadecimal(value):
    return format(value, "x")


def vectors(bits):
    public, private = paillier.generate_paillier_keypair(n_length=bits)
    n, square = public.n, public.nsquare
    third = n // 3
    plaintexts = [0, 1, -1, 2, 255, -(2**64), 2**64, third, -third]
    plaintexts += [random.randrange(-third, third + 1) for _ in range(3)]
    encryptions = []
    for plaintext in plaintexts:
        r = random.randrange(1, n)
        ciphertext = public.raw_encrypt(plaintext % n, r_value=r)
        assert private.raw_decrypt(ciphertext) == plaintext % n
        encryptions.append(
            {"plaintext": str(plaintext), "r": hexadecimal(r), "ciphertext": hexadecimal(ciphertext)}
        )
    # A dot product through phe's own operators, on integers (exponent 0).
    values = [5, -7, 11, 123456789]
    weights = [3, -2, 0, -1000003]
    encrypted = [public.encrypt(value) for value in values]
    total = encrypted[0] * weights[0]
    for number, weight in list(zip(encrypted, weights))[1:]:
        total = total + number * weight
    total = total + 42
    return {
        "bits": bits,
        "p": hexadecimal(private.p),
        "q": hexadecimal(private.q),
        "encryptions": encryptions,
        "values": values,
        "weights": weights,
        "inputs": [hexadecimal(number.ciphertext()) for number in encrypted],
        "output": hexadecimal(total.ciphertext()),
        "result": private.decrypt(total),
    }


print(json.dumps([vectors(2048), vectors(3072)], indent=1))
