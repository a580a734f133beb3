import Benchmark
import CKKS

/// The scheme's operations by parameter set and level.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock, .peakMemoryResident]
    Benchmark.defaultConfiguration.maxDuration = .seconds(1)

    for (degree, levels) in [(8192, 2), (16384, 7), (32768, 14)] {
        guard let set = try? ParameterSet(degree: degree, levels: levels) else {
            fatalError("no parameters of degree \(degree)")
        }
        for level in [levels, 1] { declare(set, level) }
    }
}

/// A parameter set with its keys and operands at any level.
final class ParameterSet: Sendable {
    let context: CKKSContext
    let evaluator: Evaluator
    let values: [Double]
    let top: Ciphertext

    init(degree: Int, levels: Int) throws {
        context = try CKKSContext(
            CKKSParameters.make(degree: degree, baseBits: 50, scaleBits: 40, levels: levels))
        let generator = KeyGenerator(context: context)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: levels, relinearizationLevel: levels,
            rotations: [1: levels])
        evaluator = try Evaluator(context: context, keys: keys)
        values = (0..<context.parameters.slotCount).map { Double(($0 * 7919) % 2001) / 1000 - 1 }
        let plaintext = try SlotEncoder(context: context).encode(values, level: levels)
        top = try Encryptor(context: context).encrypt(plaintext, secretKey: secret)
    }
}

/// Declares the operations at a level.
func declare(_ set: ParameterSet, _ level: Int) {
    let name = "N=\(set.context.parameters.degree), level \(level)"
    let evaluator = set.evaluator
    func operand() throws -> Ciphertext { try evaluator.dropLevel(set.top, to: level) }

    Benchmark("add, \(name)") { benchmark in
        let x = try operand()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try evaluator.add(x, x)) }
    }
    Benchmark("multiply by plaintext, \(name)") { benchmark in
        let x = try operand()
        let weights = try SlotEncoder(context: set.context).encode(set.values, level: level)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.multiplyPlain(x, weights))
        }
    }
    Benchmark("rescale, \(name)") { benchmark in
        let x = try operand()
        let weights = try SlotEncoder(context: set.context).encode(set.values, level: level)
        let product = try evaluator.multiplyPlain(x, weights)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try evaluator.rescale(product)) }
    }
    Benchmark("relinearize, \(name)") { benchmark in
        let x = try operand()
        let product = try evaluator.multiply(x, x)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try evaluator.relinearize(product)) }
    }
    Benchmark("multiply, relinearize, rescale, \(name)") { benchmark in
        let x = try operand()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.relinearizeAndRescale(evaluator.multiply(x, x)))
        }
    }
    Benchmark("rotate, \(name)") { benchmark in
        let x = try operand()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try evaluator.rotate(x, by: 1)) }
    }
    Benchmark("encode, \(name)") { benchmark in
        let encoder = SlotEncoder(context: set.context)
        let values = set.values
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(try encoder.encode(values, level: level))
        }
    }
}
