"""desilofhe: it chooses the ring from the number of levels, so the nearest of ours is named."""

from importlib.metadata import version

import numpy
from desilofhe import Engine

from timing import Timer

# Levels asked for, and our set that is compared.
SETS = [(2, "N=8192, 3 limbs"), (7, "N=16384, 8 limbs"), (14, "N=32768, 15 limbs")]


def measure(timer, levels, name):
    engine = Engine(max_level=levels, mode="cpu", thread_count=1)
    if engine.slot_count * 2 != int(name[2:name.index(",")]):
        return
    timer.parameters = name
    secret = engine.create_secret_key()
    public = engine.create_public_key(secret)
    relin = engine.create_relinearization_key(secret)
    rotation = engine.create_fixed_rotation_key(secret, 1)
    values = numpy.random.default_rng(1).uniform(-1, 1, engine.slot_count)
    plain = engine.encode(values)
    fresh = engine.encrypt(plain, public)
    product = engine.multiply(fresh, fresh)

    timer.time("encode", lambda: engine.encode(values))
    timer.time("encrypt, seeded", lambda: engine.encrypt(plain, secret))
    timer.time("encrypt, public key", lambda: engine.encrypt(plain, public))
    timer.time("decrypt and decode", lambda: engine.decrypt(fresh, secret))
    timer.time("add", lambda: engine.add(fresh, fresh))
    timer.time("relinearize", lambda: engine.relinearize(product, relin))
    timer.time("multiply, relinearize, rescale", lambda: engine.multiply(fresh, fresh, relin))
    timer.time("rotate", lambda: engine.rotate(fresh, rotation))


timer = Timer("desilofhe", version("desilofhe"))
for levels, name in SETS:
    measure(timer, levels, name)
timer.done()
