"""SEAL through TenSEAL's wheel (no HEXL): the same chains, one special prime."""

from importlib.metadata import version

import numpy
import tenseal.sealapi as seal

from timing import Timer

SETS = [
    (8192, 3, [50, 40, 40, 50]),
    (16384, 8, [50] + [40] * 7 + [50]),
    (32768, 15, [50] + [40] * 14 + [50]),
]


def measure(timer, degree, limbs, bits):
    timer.parameters = f"N={degree}, {limbs} limbs"
    parameters = seal.EncryptionParameters(seal.SCHEME_TYPE.CKKS)
    parameters.set_poly_modulus_degree(degree)
    parameters.set_coeff_modulus(seal.CoeffModulus.Create(degree, bits))
    context = seal.SEALContext(parameters, True, seal.SEC_LEVEL_TYPE.TC128)
    keygen = seal.KeyGenerator(context)
    secret = keygen.secret_key()
    public = seal.PublicKey()
    keygen.create_public_key(public)
    relin = seal.RelinKeys()
    keygen.create_relin_keys(relin)
    galois = seal.GaloisKeys()
    keygen.create_galois_keys([3], galois)
    encoder = seal.CKKSEncoder(context)
    encryptor = seal.Encryptor(context, public)
    encryptor.set_secret_key(secret)
    decryptor = seal.Decryptor(context, secret)
    evaluator = seal.Evaluator(context)
    scale = 2.0**40
    values = numpy.random.default_rng(1).uniform(-1, 1, degree // 2).tolist()
    plain = seal.Plaintext()
    encoder.encode(values, scale, plain)
    fresh = seal.Ciphertext()
    encryptor.encrypt(plain, fresh)
    product = seal.Ciphertext()
    evaluator.multiply(fresh, fresh, product)
    scaled = seal.Ciphertext()
    evaluator.multiply_plain(fresh, plain, scaled)
    out = seal.Ciphertext()
    text = seal.Plaintext()

    timer.time("encode", lambda: encoder.encode(values, scale, text))
    timer.time("encrypt, seeded", lambda: encryptor.encrypt_symmetric(plain, out))
    timer.time("encrypt, public key", lambda: encryptor.encrypt(plain, out))

    def decrypt():
        decryptor.decrypt(fresh, text)
        encoder.decode_double(text)

    timer.time("decrypt and decode", decrypt)
    timer.time("add", lambda: evaluator.add(fresh, fresh, out))
    timer.time("multiply by plaintext", lambda: evaluator.multiply_plain(fresh, plain, out))
    timer.time(
        "multiply, without relinearization", lambda: evaluator.multiply(fresh, fresh, out))
    timer.time("rescale", lambda: evaluator.rescale_to_next(scaled, out))
    timer.time("relinearize", lambda: evaluator.relinearize(product, relin, out))

    def multiply():
        evaluator.multiply(fresh, fresh, out)
        evaluator.relinearize_inplace(out, relin)
        evaluator.rescale_to_next_inplace(out)

    timer.time("multiply, relinearize, rescale", multiply)
    timer.time("rotate", lambda: evaluator.rotate_vector(fresh, 1, galois, out))


timer = Timer("SEAL (TenSEAL's wheel)", version("tenseal"))
for degree, limbs, bits in SETS:
    measure(timer, degree, limbs, bits)
timer.done()
