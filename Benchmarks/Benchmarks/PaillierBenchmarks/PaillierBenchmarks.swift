import Benchmark
import BigNum
import Paillier
import Settings

/// The additive scheme's operations by key size.
let benchmarks: @Sendable () -> Void = {
    Settings.apply()
    for size in [PaillierKeySize.bits2048Security112, .bits3072, .bits4096] {
        declareClientSide(size)
        declareServerSide(size)
    }
}

/// Declares an operation; its key is made when it runs.
func declare(
    _ operation: String, _ size: PaillierKeySize,
    _ run: @escaping @Sendable (Owner) throws -> Void
) {
    Benchmark("\(operation), \(size.rawValue) bits") { benchmark, owner in
        for _ in benchmark.scaledIterations { try run(owner) }
    } setup: {
        try Owner(size)
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
    /// One for each weight.
    let operands: [PaillierCiphertext]
    /// Of 53 bits, as fixed-point weights are.
    let weights: [BigInt]

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
        operands = Array(ciphertexts.prefix(weights.count))
    }
}

/// Encryption and decryption; batches are of 64.
func declareClientSide(_ size: PaillierKeySize) {
    declare("encrypt, public key", size) { blackHole(try $0.encryptor.encrypt($0.numbers[1])) }
    declare("encrypt 64, public key", size) { blackHole(try $0.encryptor.encrypt($0.numbers)) }
    declare("encrypt, private key", size) { blackHole(try $0.key.encrypt($0.numbers[1])) }
    declare("encrypt 64, private key", size) { blackHole(try $0.key.encrypt($0.numbers)) }
    declare("decrypt", size) { blackHole(try $0.key.decrypt($0.ciphertexts[0])) }
    declare("decrypt 64", size) { blackHole(try $0.key.decrypt($0.ciphertexts)) }
}

/// What a server does with ciphertexts.
func declareServerSide(_ size: PaillierKeySize) {
    declare("add", size) { blackHole(try $0.evaluator.add($0.ciphertexts[0], $0.ciphertexts[1])) }
    declare("multiply by 53 bits", size) {
        blackHole(try $0.evaluator.multiply($0.ciphertexts[0], by: $0.weights[0]))
    }
    declare("dot product of 30", size) {
        blackHole(try $0.evaluator.dotProduct($0.operands, weights: $0.weights))
    }
    declare("rerandomize", size) { blackHole(try $0.evaluator.rerandomize($0.ciphertexts[0])) }
}
