"""OpenFHE's wheel: hybrid key switching with three large digits, fixed scaling by hand."""

from importlib.metadata import version

import numpy
import openfhe as fhe

from timing import Timer

SETS = [(8192, 3), (16384, 8), (32768, 15)]


def measure(timer, degree, limbs):
    timer.parameters = f"N={degree}, {limbs} limbs"
    parameters = fhe.CCParamsCKKSRNS()
    parameters.SetSecurityLevel(fhe.SecurityLevel.HEStd_NotSet)
    parameters.SetRingDim(degree)
    parameters.SetMultiplicativeDepth(limbs - 1)
    parameters.SetScalingModSize(40)
    parameters.SetFirstModSize(50)
    parameters.SetScalingTechnique(fhe.ScalingTechnique.FIXEDMANUAL)
    parameters.SetNumLargeDigits(3)
    parameters.SetBatchSize(degree // 2)
    context = fhe.GenCryptoContext(parameters)
    for feature in ("PKE", "KEYSWITCH", "LEVELEDSHE", "ADVANCEDSHE"):
        context.Enable(getattr(fhe.PKESchemeFeature, feature))
    keys = context.KeyGen()
    context.EvalMultKeyGen(keys.secretKey)
    context.EvalRotateKeyGen(keys.secretKey, [1])
    values = numpy.random.default_rng(1).uniform(-1, 1, degree // 2).tolist()
    plain = context.MakeCKKSPackedPlaintext(values)
    fresh = context.Encrypt(keys.publicKey, plain)
    product = context.EvalMultNoRelin(fresh, fresh)
    scaled = context.EvalMult(fresh, plain)

    timer.time("encode", lambda: context.MakeCKKSPackedPlaintext(values))
    timer.time("encrypt, seeded", lambda: context.Encrypt(keys.secretKey, plain))
    timer.time("encrypt, public key", lambda: context.Encrypt(keys.publicKey, plain))
    timer.time(
        "decrypt and decode",
        lambda: context.Decrypt(fresh, keys.secretKey).GetRealPackedValue())
    timer.time("add", lambda: context.EvalAdd(fresh, fresh))
    timer.time("multiply by plaintext", lambda: context.EvalMult(fresh, plain))
    timer.time(
        "multiply, without relinearization", lambda: context.EvalMultNoRelin(fresh, fresh))
    timer.time("rescale", lambda: context.Rescale(scaled))
    timer.time("relinearize", lambda: context.Relinearize(product))
    timer.time(
        "multiply, relinearize, rescale",
        lambda: context.Rescale(context.EvalMult(fresh, fresh)))
    timer.time("rotate", lambda: context.EvalRotate(fresh, 1))


timer = Timer("OpenFHE", version("openfhe"))
for degree, limbs in SETS:
    measure(timer, degree, limbs)
timer.done()
