import CKKS
import Ring

/// Latencies of the lattice scheme's operations on sets that fill the 128-bit bound.
public enum CKKSBench {
    /// A set with a base prime of 46 bits and levels of one 40-bit prime: all of the quickest transforms.
    private struct ParameterSet {
        let degree: Int
        let limbCount: Int

        var name: String { "N=\(degree), \(limbCount) limbs" }

        func context(threadCount: Int) throws -> CKKSContext {
            try CKKSContext(
                CKKSParameters.make(
                    degree: degree, baseBits: 46, scaleBits: 40, levels: limbCount - 1),
                threadCount: threadCount)
        }
    }

    private static let sets = [
        ParameterSet(degree: 8192, limbCount: 3), ParameterSet(degree: 16384, limbCount: 8),
        ParameterSet(degree: 32768, limbCount: 15),
    ]

    /// The sets' ring degrees.
    public static var degrees: [Int] { sets.map(\.degree) }

    /// Rotations that a hoisted sum has beside its first.
    private static let furtherRotations = 8

    /// Measures operations on each set, at its highest level.
    ///
    /// - Parameters:
    ///   - degrees: which sets, by ring degree: 8192, 16384, 32768; nil for all.
    ///   - filter: only operations whose name contains this.
    ///   - threadCount: threads that share the work of one operation.
    ///   - budget: time to spend on each operation.
    ///   - progress: told what is being measured.
    /// - Throws: what the operations throw.
    public static func run(
        degrees: Set<Int>? = nil, filter: String? = nil, threadCount: Int = 1,
        budget: Duration = .milliseconds(300),
        progress: @escaping (String) -> Void = { _ in }
    ) throws -> [OperationReport] {
        var timer = OperationTimer(budget: budget, filter: filter, progress: progress)
        for set in sets where degrees?.contains(set.degree) ?? true {
            timer.parameters = set.name
            let bench = try Bench.make(context: set.context(threadCount: threadCount))
            try bench.ring(&timer)
            try bench.clientSide(&timer)
            try bench.arithmetic(&timer)
            try bench.keySwitching(&timer)
            try bench.threads(&timer)
            try bench.files(&timer)
        }
        return timer.reports
    }

    /// One set with its keys and operands.
    private struct Bench: ~Copyable {
        let context: CKKSContext
        let secret: SecretKey
        let keys: EvaluationKeys
        let evaluator: Evaluator
        let plaintext: Plaintext
        let ciphertext: Ciphertext
        let level: Int

        static func make(context: CKKSContext) throws -> Bench {
            let level = context.parameters.maxLevel
            let generator = KeyGenerator(context: context)
            let secret = try generator.secretKey()
            let amounts = (1...CKKSBench.furtherRotations + 1).map { ($0, level) }
            let keys = try generator.evaluationKeys(
                for: secret, publicKeyLevel: level, relinearizationLevel: level,
                rotations: Dictionary(uniqueKeysWithValues: amounts))
            let plaintext = try SlotEncoder(context: context).encode(
                values(context.parameters.slotCount), level: level)
            let evaluator = try Evaluator(context: context, keys: keys)
            let ciphertext = try Encryptor(context: context).encrypt(plaintext, secretKey: secret)
            return Bench(
                context: context, secret: secret, keys: keys, evaluator: evaluator,
                plaintext: plaintext, ciphertext: ciphertext, level: level)
        }

        /// Numbers in [-1, 1], the same every time.
        static func values(_ count: Int) -> [Double] {
            (0..<count).map { Double(($0 * 7919 + 13) % 2001) / 1000 - 1 }
        }

        func ring(_ timer: inout OperationTimer) throws {
            guard timer.wants("ntt") else { return }
            let ring = context.ring
            var evaluation = Polynomial<Evaluation>(zero: ring, basis: Basis(0..<1))
            let clock = ContinuousClock()
            var forward: [Double] = []
            var inverse: [Double] = []
            for _ in 0..<2000 {
                let start = clock.now
                // In place: nobody else has the limb.
                let coefficients = (consume evaluation).toCoefficient()
                let middle = clock.now
                evaluation = (consume coefficients).toEvaluation()
                inverse.append((middle - start) / .seconds(1))
                forward.append((clock.now - middle) / .seconds(1))
            }
            timer.add("forward NTT, one limb", forward)
            timer.add("inverse NTT, one limb", inverse)
        }

        func clientSide(_ timer: inout OperationTimer) throws {
            let values = Self.values(context.parameters.slotCount)
            let encoder = SlotEncoder(context: context)
            let encryptor = Encryptor(context: context)
            let decryptor = Decryptor(context: context)
            try timer.time("encode") { _ = try encoder.encode(values, level: level) }
            try timer.time("encrypt, seeded") {
                _ = try encryptor.encrypt(plaintext, secretKey: secret)
            }
            try timer.time("encrypt, public key") {
                _ = try encryptor.encrypt(plaintext, publicKey: keys.publicKey)
            }
            try timer.time("decrypt and decode") {
                _ = try decryptor.decryptReal(ciphertext, secretKey: secret)
            }
            try timer.time("decrypt and decode, values up to 1") {
                _ = try decryptor.decryptReal(ciphertext, secretKey: secret, largestValue: 1)
            }
            let response = try evaluator.truncate(ciphertext, toLevel: 0)
            try timer.time("decrypt and decode, level 0") {
                _ = try decryptor.decryptReal(response, secretKey: secret)
            }
        }

        func arithmetic(_ timer: inout OperationTimer) throws {
            let product = try evaluator.multiply(ciphertext, ciphertext)
            let scaled = try evaluator.multiplyPlain(ciphertext, plaintext)
            try timer.time("add") { _ = try evaluator.add(ciphertext, ciphertext) }
            try timer.time("multiply by plaintext") {
                _ = try evaluator.multiplyPlain(ciphertext, plaintext)
            }
            try timer.time("multiply, without relinearization") {
                _ = try evaluator.multiply(ciphertext, ciphertext)
            }
            try timer.time("rescale") { _ = try evaluator.rescale(scaled) }
            try timer.time("relinearize") { _ = try evaluator.relinearize(product) }
            try timer.time("multiply, relinearize, rescale") {
                _ = try evaluator.relinearizeAndRescale(evaluator.multiply(ciphertext, ciphertext))
            }
            try timer.time("rerandomize") { _ = try evaluator.rerandomize(ciphertext) }
        }

        func keySwitching(_ timer: inout OperationTimer) throws {
            try timer.time("rotate") { _ = try evaluator.rotate(ciphertext, by: 1) }
            let further = "further rotation in a hoisted sum"
            guard timer.wants(further) else { return }
            let weights = try SlotEncoder(context: context).encode(
                Self.values(context.parameters.slotCount), level: level, extended: true)
            let terms = (1...furtherRotations + 1).map {
                WeightedRotation(by: $0, weights: weights)
            }
            var differences: [Double] = []
            let clock = ContinuousClock()
            func seconds(_ count: Int) throws -> Double {
                let sum = Array(terms.prefix(count))
                let taken = try clock.measure {
                    _ = try evaluator.weightedRotationSums(ciphertext, [sum], rescaling: false)
                }
                return taken / .seconds(1)
            }
            for _ in 0..<15 {
                let (one, all) = (try seconds(1), try seconds(furtherRotations + 1))
                differences.append((all - one) / Double(furtherRotations))
            }
            timer.add(further, differences)
        }

        /// One thread and two in turns, where the process has two processors.
        func threads(_ timer: inout OperationTimer) throws {
            let operation = "relinearize, two threads"
            guard timer.wants(operation), CKKSContext.processorCount > 1 else { return }
            let product = try evaluator.multiply(ciphertext, ciphertext)
            let evaluators = try [1, 2].map {
                try Evaluator(
                    context: CKKSContext(context.parameters, threadCount: $0), keys: keys)
            }
            var samples: [[Double]] = [[], []]
            for _ in 0..<41 {
                for (index, evaluator) in evaluators.enumerated() {
                    let taken = try ContinuousClock().measure {
                        _ = try evaluator.relinearize(product)
                    }
                    samples[index].append(taken / .seconds(1))
                }
            }
            timer.add(operation, samples[1], alone: samples[0])
        }

        func files(_ timer: inout OperationTimer) throws {
            guard let key = keys.relinearization else { return }
            expansion(&timer, key)
            guard
                ["make", "expand"].contains(where: { timer.wants($0 + " a relinearization key") })
            else { return }
            var writer = ByteWriter()
            try writer.switchingKey(key)
            let bytes = writer.finish()
            try timer.time("make a relinearization key", bytes: bytes.count) {
                _ = try KeyGenerator(context: context).relinearizationKey(for: secret, level: level)
            }
            try timer.time(
                "expand a relinearization key", bytes: bytes.count,
                residues: key.limbCount * context.parameters.degree
            ) {
                var reader = ByteReader(bytes)
                _ = try reader.switchingKey(
                    .relinearization, keyID: keys.keyID, context: context, "the key")
            }
        }

        /// The uniform half of a key alone, from its seed, without what a file has besides.
        private func expansion(_ timer: inout OperationTimer, _ key: KeySwitchingKey) {
            let bodies = key.bodies
            timer.time(
                "expand a key's seed", residues: key.limbCount / 2 * context.parameters.degree
            ) {
                for digit in bodies.indices {
                    _ = Polynomial<Evaluation>.uniform(
                        seed: key.seed, stream: 0, digit: UInt32(digit), context: context.ring,
                        basis: bodies[digit].basis)
                }
            }
        }
    }
}
