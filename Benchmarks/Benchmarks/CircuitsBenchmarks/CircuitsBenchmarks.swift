import Benchmark
import CKKS
import Circuits
import Settings

/// Matrix products and polynomials on ciphertexts, by parameter set, level and instruction set, with
/// keys for just what their plans ask for.
let benchmarks: @Sendable () -> Void = {
    Settings.apply()
    for kernels in Kernels.all {
        for (degree, levels, level) in [(8192, 2, 2), (8192, 2, 1), (16384, 7, 7), (16384, 7, 2)] {
            let place = Place(kernels: kernels, degree: degree, levels: levels, level: level)
            for diagonals in [16, 128] { declareMatrix(diagonals, place) }
        }
        declareMatrix(16, Place(kernels: kernels, degree: 32768, levels: 14, level: 14))
        for (degree, levels, level) in [(16384, 7, 7), (32768, 14, 14), (32768, 14, 7)] {
            let place = Place(kernels: kernels, degree: degree, levels: levels, level: level)
            for degree in [7, 31] { declareSeries(degree, place) }
        }
    }
}

/// A parameter set at the 128-bit bound, a level of it, and an instruction set.
struct Place: Sendable {
    let kernels: Kernels
    let degree: Int
    let levels: Int
    let level: Int

    var name: String { "N=\(degree), level \(level) of \(levels), \(kernels.name)" }

    /// The parameters, for plans; and the instruction set from now on.
    func parameters() throws -> CKKSParameters {
        try kernels.select()
        return try .make(degree: degree, baseBits: 50, scaleBits: 40, levels: levels)
    }
}

func declareMatrix(_ diagonals: Int, _ place: Place) {
    Benchmark("matrix of \(diagonals) diagonals, \(place.name)") { benchmark, run in
        for _ in benchmark.scaledIterations { try run() }
    } setup: { () -> () throws -> Void in
        let parameters = try place.parameters()
        let weights = Settings.values(parameters.slotCount)
        let matrix = try DiagonalMatrix(
            slotCount: parameters.slotCount,
            diagonals: Dictionary(
                uniqueKeysWithValues: (0..<diagonals).map { ($0, .real(weights)) }))
        let transform = try LinearTransform(matrix)
        let plan = try transform.plan(level: place.level, parameters: parameters)
        let operands = try Operands(place, parameters, rotations: plan.rotations)
        let prepared = try transform.prepare(plan, encoder: operands.encoder)
        return {
            blackHole(try prepared.apply(to: [operands.ciphertext], engine: operands.evaluator))
        }
    }
}

func declareSeries(_ degree: Int, _ place: Place) {
    Benchmark("Chebyshev series of degree \(degree), \(place.name)") { benchmark, run in
        for _ in benchmark.scaledIterations { try run() }
    } setup: { () -> () throws -> Void in
        let parameters = try place.parameters()
        let series = try SlotPolynomial(
            basis: .chebyshev, coefficients: (0...degree).map { 1 / Double($0 + 1) })
        let plan = try series.plan(level: place.level, parameters: parameters)
        let operands = try Operands(place, parameters, relinearizationLevel: place.level)
        let prepared = try plan.prepare(encoder: operands.encoder)
        return {
            blackHole(try prepared.apply(to: operands.ciphertext, engine: operands.evaluator))
        }
    }
}

/// A ciphertext at the level, and keys.
struct Operands {
    let encoder: SlotEncoder
    let evaluator: Evaluator
    let ciphertext: Ciphertext

    init(
        _ place: Place, _ parameters: CKKSParameters, rotations: [Int: Int] = [:],
        relinearizationLevel: Int? = nil
    ) throws {
        let context = try CKKSContext(parameters)
        let generator = KeyGenerator(context: context)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: 0, relinearizationLevel: relinearizationLevel,
            rotations: rotations)
        encoder = SlotEncoder(context: context)
        evaluator = try Evaluator(context: context, keys: keys)
        let values = Settings.values(parameters.slotCount)
        ciphertext = try Encryptor(context: context).encrypt(
            encoder.encode(values, level: place.level), secretKey: secret)
    }
}
