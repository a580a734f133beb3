"""python-paillier with gmpy2, a 3072-bit key."""

import random
from importlib.metadata import version

from phe import paillier

from timing import Timer

timer = Timer("python-paillier", version("phe"))
timer.parameters = "3072 bits"
public, private = paillier.generate_paillier_keypair(n_length=3072)
generator = random.Random(1)
numbers = [generator.uniform(-1, 1) for _ in range(64)]
row = [public.encrypt(number) for number in numbers]
weights = [[generator.uniform(-1, 1) for _ in range(64)] for _ in range(10)]


def dot(count, weight):
    total = row[0] * weight[0]
    for left, right in zip(row[1:count], weight[1:count]):
        total = total + left * right
    total.obfuscate()
    return total


timer.time("generate key", lambda: paillier.generate_paillier_keypair(n_length=3072))
for name in ("encrypt, public key", "encrypt, public key, batch of 64", "encrypt, private key"):
    timer.time(name, lambda: public.encrypt(numbers[0]))
for name in ("decrypt", "decrypt, batch of 64"):
    timer.time(name, lambda: private.decrypt(row[0]))
timer.time("add", lambda: row[0] + row[1])
timer.time("dot product of 30 weights", lambda: dot(30, weights[0]))
timer.time("dense layer 64 to 10", lambda: [dot(64, weight) for weight in weights])
timer.done()
