import Benchmark
import CKKS
import Circuits

/// Matrix products and polynomials on ciphertexts, with keys for just what their plans ask for.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock]
    Benchmark.defaultConfiguration.maxDuration = .seconds(2)

    for diagonals in [16, 128] {
        Benchmark("matrix of \(diagonals) diagonals, N=8192, level 2") { benchmark in
            let parameters = try CKKSParameters.make(
                degree: 8192, baseBits: 50, scaleBits: 40, levels: 2)
            let slots = parameters.slotCount
            let weights = (0..<slots).map { Double($0 % 17) / 17 }
            let matrix = try DiagonalMatrix(
                slotCount: slots,
                diagonals: Dictionary(
                    uniqueKeysWithValues: (0..<diagonals).map { ($0, .real(weights)) }))
            let transform = try LinearTransform(matrix)
            let plan = try transform.plan(level: 2, parameters: parameters)
            let bench = try Operands(parameters, rotations: plan.rotations)
            let prepared = try transform.prepare(plan, encoder: bench.encoder)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                blackHole(try prepared.apply(to: [bench.ciphertext], engine: bench.evaluator))
            }
        }
    }
    for degree in [7, 31] {
        Benchmark("Chebyshev series of degree \(degree), N=16384, level 7") { benchmark in
            let parameters = try CKKSParameters.make(
                degree: 16384, baseBits: 50, scaleBits: 40, levels: 7)
            let series = try SlotPolynomial(
                basis: .chebyshev, coefficients: (0...degree).map { 1 / Double($0 + 1) })
            let plan = try series.plan(level: 7, parameters: parameters)
            let bench = try Operands(parameters, relinearizationLevel: 7)
            let prepared = try plan.prepare(encoder: bench.encoder)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                blackHole(try prepared.apply(to: bench.ciphertext, engine: bench.evaluator))
            }
        }
    }
}

/// A ciphertext at the highest level, and keys.
struct Operands {
    let encoder: SlotEncoder
    let evaluator: Evaluator
    let ciphertext: Ciphertext

    init(
        _ parameters: CKKSParameters, rotations: [Int: Int] = [:], relinearizationLevel: Int? = nil
    ) throws {
        let context = try CKKSContext(parameters)
        let generator = KeyGenerator(context: context)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: 0, relinearizationLevel: relinearizationLevel,
            rotations: rotations)
        encoder = SlotEncoder(context: context)
        evaluator = try Evaluator(context: context, keys: keys)
        let values = (0..<parameters.slotCount).map { Double($0 % 2001) / 1000 - 1 }
        ciphertext = try Encryptor(context: context).encrypt(
            encoder.encode(values, level: parameters.maxLevel), secretKey: secret)
    }
}
