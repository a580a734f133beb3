import BigNum
import Inference
import Paillier

/// Times the operations of the additive scheme on a 3072-bit key, 128-bit security.
///
/// What `tacit bench paillier` prints. Batches are given per item. Setup that is done once for a key (the tables of
/// fast randomization) is reported by itself, with its bytes.
public enum PaillierBench {
    /// Runs all operations, or those whose name contains `filter`.
    ///
    /// - Parameters:
    ///   - filter: part of the names of the operations to run; nil for all.
    ///   - seconds: Wall-clock time to spend on one operation.
    ///   - progress: told the name of each operation before it runs.
    /// - Throws: `PaillierError` or `SecretsError` when keys cannot be made.
    public static func run(
        filter: String? = nil, seconds: Double = 1, progress: @escaping (String) -> Void = { _ in }
    ) throws -> [OperationReport] {
        var timer = OperationTimer(budget: .seconds(seconds), filter: filter, progress: progress)
        timer.parameters = "3072 bits"
        try timer.time("generate key") { _ = try PaillierPrivateKey(generating: .bits3072) }
        let owner = try PaillierPrivateKey(generating: .bits3072)
        try encryption(&timer, owner: owner)
        try evaluation(&timer, owner: owner)
        try packing(&timer, owner: owner)
        return timer.reports
    }

    private static let batch = 64

    private static func encryption(
        _ timer: inout OperationTimer, owner: borrowing PaillierPrivateKey
    ) throws {
        let encryptor = try PaillierEncryptor(owner.publicKey)
        encryptor.prepare()
        let many = (0..<batch).map { BigInt($0 * 1_000_003 - 31) }
        let ciphertexts = try encryptor.encrypt(many)
        let bytes = owner.publicKey.ciphertextByteCount
        try timer.time("set up fast encryption", bytes: encryptor.tableByteCount) {
            try PaillierEncryptor(owner.publicKey).prepare()
        }
        try timer.time("encrypt, public key", bytes: bytes) { _ = try encryptor.encrypt(-12345) }
        try timer.time("encrypt, public key, batch of 64", per: batch) {
            _ = try encryptor.encrypt(many)
        }
        let classical = try PaillierEncryptor(owner.publicKey, randomization: .classical)
        try timer.time("encrypt, classical randomness") { _ = try classical.encrypt(-12345) }
        if timer.wants("encrypt, from the pool") {
            try encryptor.fillPool(count: 512)
            try timer.time("encrypt, from the pool") {
                if encryptor.pooledCount == 0 { try encryptor.fillPool(count: 512) }
                _ = try encryptor.encrypt(-12345)
            }
        }
        try owner.prepareEncryption()
        try timer.time(
            "set up the owner's encryption", bytes: owner.encryptionTableByteCount
        ) {
            try owner.prepareEncryption()
        }
        try timer.time("encrypt, private key") { _ = try owner.encrypt(-12345) }
        try timer.time("encrypt, private key, batch of 64", per: batch) {
            _ = try owner.encrypt(many)
        }
        try timer.time("decrypt") { _ = try owner.decrypt(ciphertexts[0]) }
        try timer.time("decrypt, batch of 64", per: batch) { _ = try owner.decrypt(ciphertexts) }
    }

    private static func evaluation(
        _ timer: inout OperationTimer, owner: borrowing PaillierPrivateKey
    ) throws {
        let names = ["set up the server's", "add", "dot product", "dense layer"]
        guard names.contains(where: { timer.wants($0) }) else { return }
        let key = owner.publicKey
        let evaluator = try PaillierEvaluator(key)
        evaluator.prepare()
        try timer.time("set up the server's randomization", bytes: evaluator.tableByteCount) {
            try PaillierEvaluator(key).prepare()
        }
        let codec = try FixedPointCodec(fractionBits: 53, maximumMagnitude: 1)
        let inputs = try owner.encrypt((0..<64).map { Double($0) / 64 - 0.5 }, codec: codec)
        let chain = (inputs.ciphertexts[0], inputs.ciphertexts[1])
        _ = try evaluator.add(chain.0, chain.1)
        try timer.time("add") { _ = try evaluator.add(chain.0, chain.1) }
        let values = (inputs.ciphertexts[0].value, inputs.ciphertexts[1].value)
        try timer.time("add, ciphertexts just read, sum to be written") {
            let a = try PaillierCiphertext(value: values.0, keyID: key.id, for: key)
            let b = try PaillierCiphertext(value: values.1, keyID: key.id, for: key)
            _ = try evaluator.add(a, b).value
        }
        for (name, outputs, count) in [
            ("dot product of 30 weights", 1, 30), ("dense layer 64 to 10", 10, 64),
        ] {
            let map = try PaillierAffine(
                weights: (0..<outputs).map { row in
                    (0..<count).map { weight(row * count + $0) }
                }, bias: [Double](repeating: 0.1, count: outputs), columnCount: count,
                inputFractionBits: codec.fractionBits, fractionBits: 53)
            let tensor = try PaillierTensor(
                Array(inputs.ciphertexts[..<count]), fractionBits: codec.fractionBits,
                bound: codec.bound, for: key)
            try timer.time(name) { _ = try evaluator.apply(map, to: tensor) }
        }
    }

    /// Weights in -1 ..< 1 that use all their 53 bits, from the fractional parts of multiples of the golden ratio.
    private static func weight(_ index: Int) -> Double {
        let product = Double(index + 1) * 0.618_033_988_749_894_9
        return 2 * (product - product.rounded(.down)) - 1
    }

    private static func packing(
        _ timer: inout OperationTimer, owner: borrowing PaillierPrivateKey
    ) throws {
        guard ["pack", "10,000"].contains(where: { timer.wants($0) }) || timer.wants("sum") else {
            return
        }
        let key = owner.publicKey
        let encryptor = try PaillierEncryptor(key)
        encryptor.prepare()
        let evaluator = try PaillierEvaluator(key)
        // Sums of up to 128 signed numbers of 16 bits.
        let packing = try PaillierPacking(
            bound: BigInt(65_535), terms: 128, plaintextBits: key.plaintextBits)
        let values = (0..<10_000).map { BigInt($0 * 40_503 % 65_536) }
        let first = try encryptor.encrypt(values, packing: packing)
        let second = try encryptor.encrypt(values, packing: packing)
        let bytes = first.ciphertexts.count * key.ciphertextByteCount
        try timer.time("encrypt 10,000 packed 16-bit numbers", bytes: bytes) {
            _ = try encryptor.encrypt(values, packing: packing)
        }
        _ = try evaluator.sum([first, second])
        try timer.time("add 10,000 packed 16-bit numbers") {
            _ = try evaluator.sum([first, second])
        }
        try timer.time("decrypt 10,000 packed 16-bit numbers") { _ = try owner.decrypt(first) }
    }
}
