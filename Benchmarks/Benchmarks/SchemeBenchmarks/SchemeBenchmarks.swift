import Benchmark
import CKKS
import Settings

/// The scheme's operations, by parameter set, level and instruction set; on one thread.
let benchmarks: @Sendable () -> Void = {
    Settings.apply()
    for place in Place.all {
        declareClientSide(place)
        declareArithmetic(place)
        declareKeySwitching(place)
    }
}

/// Declares an operation: `prepare` makes its operands, and what is called again and again.
func declare(
    _ operation: String, _ place: Place, needs need: Need = .nothing,
    _ prepare: @escaping @Sendable (Operands) throws -> (() throws -> Void)
) {
    Benchmark("\(operation), \(place.name)") { benchmark, run in
        for _ in benchmark.scaledIterations { try run() }
    } setup: {
        try prepare(Operands(place, need))
    }
}

/// What the owner of the secret key does.
func declareClientSide(_ place: Place) {
    let level = place.level
    declare("encode", place) { o in
        let (encoder, values) = (o.encoder, o.values)
        return { blackHole(try encoder.encode(values, level: level)) }
    }
    declare("decode", place) { o in
        let (encoder, plaintext) = (o.encoder, o.plaintext)
        return { blackHole(try encoder.decodeReal(plaintext)) }
    }
    declare("encrypt, secret key", place) { o in
        let encryptor = Encryptor(context: o.context)
        return { blackHole(try encryptor.encrypt(o.plaintext, secretKey: o.secret)) }
    }
    declare("encrypt, public key", place) { o in
        let (encryptor, plaintext) = (Encryptor(context: o.context), o.plaintext)
        let key = o.keys.publicKey
        return { blackHole(try encryptor.encrypt(plaintext, publicKey: key)) }
    }
    declare("decrypt and decode", place) { o in
        let decryptor = Decryptor(context: o.context)
        return { blackHole(try decryptor.decryptReal(o.x, secretKey: o.secret)) }
    }
    declare("make a relinearization key", place) { o in
        { blackHole(try o.generator.relinearizationKey(for: o.secret, level: level)) }
    }
}

func declareArithmetic(_ place: Place) {
    declare("add", place) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.add(x, x)) }
    }
    declare("multiply by plaintext", place) { o in
        let (evaluator, x, weights) = (o.evaluator, o.x, o.plaintext)
        return { blackHole(try evaluator.multiplyPlain(x, weights)) }
    }
    declare("multiply, without relinearization", place) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.multiply(x, x)) }
    }
    declare("rescale", place) { o in
        let evaluator = o.evaluator
        let product = try evaluator.multiplyPlain(o.x, o.plaintext)
        return { blackHole(try evaluator.rescale(product)) }
    }
    declare("rerandomize", place) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.rerandomize(x)) }
    }
}

func declareKeySwitching(_ place: Place) {
    declare("relinearize", place, needs: .relinearization) { o in
        let evaluator = o.evaluator
        let product = try evaluator.multiply(o.x, o.x)
        return { blackHole(try evaluator.relinearize(product)) }
    }
    declare("multiply, relinearize, rescale", place, needs: .relinearization) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.relinearizeAndRescale(evaluator.multiply(x, x))) }
    }
    declare("rotate", place, needs: .rotations) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.rotate(x, by: 1)) }
    }
    declare("two rotations, hoisted", place, needs: .rotations) { o in
        let (evaluator, x) = (o.evaluator, o.x)
        return { blackHole(try evaluator.rotations(x, by: [1, 2])) }
    }
}
