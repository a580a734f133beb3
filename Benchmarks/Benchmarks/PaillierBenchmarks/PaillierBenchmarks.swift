import Benchmark
import BigNum
import Paillier

/// The additive scheme's operations by key size.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock, .peakMemoryResident]
    Benchmark.defaultConfiguration.maxDuration = .seconds(1)

    for size in [PaillierKeySize.bits2048Security112, .bits3072, .bits4096] {
        guard let owner = try? Owner(size) else {
            fatalError("no key of \(size.rawValue) bits")
        }
        declareClientSide(owner)
        declareServerSide(owner)
    }
}

/// A key with operands.
final class Owner: Sendable {
    static let batch = 64

    let key: PaillierPrivateKey
    let encryptor: PaillierEncryptor
    let evaluator: PaillierEvaluator
    let numbers: [BigInt]
    let ciphertexts: [PaillierCiphertext]
    /// Of 53 bits, as fixed-point weights are.
    let weights: [BigInt]
    let name: String

    init(_ size: PaillierKeySize) throws {
        key = try PaillierPrivateKey(generating: size)
        encryptor = try PaillierEncryptor(key.publicKey)
        evaluator = try PaillierEvaluator(key.publicKey)
        try key.prepareEncryption()
        encryptor.prepare()
        evaluator.prepare()
        numbers = (0..<Self.batch).map { BigInt($0 * 1_000_003 - 31) }
        ciphertexts = try encryptor.encrypt(numbers)
        weights = (0..<30).map { BigInt(($0 + 1) * 5_564_981_230_511_371 % (1 << 53) - (1 << 52)) }
        name = "\(size.rawValue) bits"
    }
}

/// Encryption and decryption; batches are of 64.
func declareClientSide(_ owner: Owner) {
    Benchmark("encrypt, public key, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try owner.encryptor.encrypt(owner.numbers[1]))
        }
    }
    Benchmark("encrypt 64, public key, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try owner.encryptor.encrypt(owner.numbers))
        }
    }
    Benchmark("encrypt, private key, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try owner.key.encrypt(owner.numbers[1])) }
    }
    Benchmark("encrypt 64, private key, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try owner.key.encrypt(owner.numbers)) }
    }
    Benchmark("decrypt, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try owner.key.decrypt(owner.ciphertexts[0]))
        }
    }
    Benchmark("decrypt 64, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try owner.key.decrypt(owner.ciphertexts)) }
    }
}

/// What a server does with ciphertexts.
func declareServerSide(_ owner: Owner) {
    let evaluator = owner.evaluator
    Benchmark("add, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.add(owner.ciphertexts[0], owner.ciphertexts[1]))
        }
    }
    Benchmark("multiply by 53 bits, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.multiply(owner.ciphertexts[0], by: owner.weights[0]))
        }
    }
    Benchmark("dot product of 30, \(owner.name)") { benchmark in
        let operands = Array(owner.ciphertexts.prefix(30))
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.dotProduct(operands, weights: owner.weights))
        }
    }
    Benchmark("rerandomize, \(owner.name)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try evaluator.rerandomize(owner.ciphertexts[0]))
        }
    }
}
