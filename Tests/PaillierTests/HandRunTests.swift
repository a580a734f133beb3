import BigNum
import Foundation
import Paillier
import TestSupport
import Testing

/// Long runs that are asked for by environment variables; the suite without them runs the small ones.
///
/// - `TACIT_EXACT=100000`: so many random and edge cases of exact arithmetic under encryption.
/// - `TACIT_TIMING=100000`: so many decryptions for the statistical timing test, on a core of its own.
@Suite struct HandRunTests {
    private static func count(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// Plaintexts where encodings change: ends of the range, powers of two, multiples of the primes' size.
    private static func edges(_ key: PaillierPublicKey) -> [BigInt] {
        let bound = key.plaintextBound
        var edges: [BigInt] = [0, 1, 2, bound, bound - 1]
        for bits in [52, 53, 63, 64, 520, 1023, 1024, 1025, key.plaintextBits] {
            edges += [(BigInt(1) << bits) - 1, BigInt(1) << bits]
        }
        return edges.filter { $0 <= bound }.flatMap { [$0, -$0] }
    }

    @Test func decryptedIntegersEqualIntegerArithmetic() throws {
        let fixture = try Fixture.makeDefaultSize()
        let (key, publicKey) = (fixture.publicKey, fixture.publicKey)
        let encryptor = try fixture.encryptor()
        let evaluator = try fixture.evaluator(.fixedBase)
        var generator = TestGenerator(seed: 70)
        let edges = Self.edges(key)
        let total = Self.count("TACIT_EXACT") ?? 192
        let bound = key.plaintextBound
        var done = 0
        while done < total {
            // Sixteen plaintexts by either way of encryption, an affine map of them, sums and differences.
            let values = (0..<16).map { index in
                index % 4 == 0
                    ? edges[generator.integer(in: 0...edges.count - 1)]
                    : generator.bigInt(bits: generator.integer(in: 1...key.plaintextBits))
            }
            let ciphertexts =
                try encryptor.encrypt(Array(values[..<8]))
                + fixture.key.encrypt(Array(values[8...]))
            #expect(try fixture.key.decrypt(ciphertexts) == values)
            let small = (0..<16).map { _ in generator.bigInt(bits: 900) }
            let inputs = try fixture.key.encrypt(small)
            let weights = (0..<4).map { row in
                small.map { _ in row == 3 ? 0 : generator.bigInt(bits: [1, 53, 1000][row]) }
            }
            let bias = (0..<4).map { _ in generator.bigInt(bits: 2000) }
            let map = try PaillierAffine(weights: weights, bias: bias, columnCount: 16)
            let tensor = try PaillierTensor(
                inputs, fractionBits: 0, bound: BigInt(1) << 900, for: publicKey)
            let scores = try fixture.key.decrypt(evaluator.apply(map, to: tensor).ciphertexts)
            for row in 0..<4 {
                let expected = zip(weights[row], small).reduce(bias[row]) { $0 + $1.0 * $1.1 }
                #expect(scores[row] == expected)
            }
            for index in stride(from: 0, to: 16, by: 2) {
                let sum = values[index] + values[index + 1]
                let difference = values[index] - values[index + 1]
                guard sum.magnitude <= bound, difference.magnitude <= bound else { continue }
                let (a, b) = (ciphertexts[index], ciphertexts[index + 1])
                #expect(
                    try fixture.key.decrypt([evaluator.add(a, b), evaluator.subtract(a, b)])
                        == [sum, difference])
            }
            done += 32
        }
    }

    /// Welch's t between decryptions of one ciphertext and of random ones must stay below 4.5.
    @Test(.enabled(if: count("TACIT_TIMING") != nil))
    func decryptionTimeDoesNotDependOnTheValue() throws {
        let fixture = try Fixture.makeDefaultSize()
        let total = Self.count("TACIT_TIMING") ?? 0
        let encryptor = try fixture.encryptor()
        var generator = TestGenerator(seed: 71)
        let bound = fixture.publicKey.plaintextBits
        for fixed in [BigInt(0), BigInt(1) << 1000] {
            // As many copies of the one as there are others, so that both come from memory alike.
            let constant = try encryptor.encrypt(fixed)
            let copies = try (0..<256).map { _ in
                try PaillierCiphertext(
                    value: constant.value + 0, keyID: constant.keyID, for: fixture.publicKey)
            }
            let random = try (0..<256).map { _ in
                try encryptor.encrypt(generator.bigInt(bits: bound))
            }
            var samples: [[Double]] = [[], []]
            for index in 0..<total {
                let group = generator.integer(in: 0...1)
                // The same memory for both groups: a fresh copy of the number.
                let source = (group == 0 ? copies : random)[index % random.count]
                let ciphertext = try PaillierCiphertext(
                    value: source.value + 0, keyID: source.keyID, for: fixture.publicKey)
                let start = Self.threadTime()
                _ = try fixture.key.decrypt(ciphertext)
                samples[group].append(Self.threadTime() - start)
            }
            // Interruptions make the upper tail: it is cut at one place for both groups.
            let limit = samples.joined().sorted()[total * 9 / 10]
            let kept = samples.map { $0.filter { $0 <= limit } }
            let t = Self.welch(kept[0], kept[1])
            let mean = kept[0].reduce(0, +) / Double(kept[0].count)
            print(
                "fixed \(fixed.bitWidth) bits: \(total) decryptions, t = \(t), mean \(mean * 1e6) us"
            )
            #expect(abs(t) < 4.5)
        }
    }

    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func welch(_ a: [Double], _ b: [Double]) -> Double {
        func moments(_ x: [Double]) -> (mean: Double, error: Double) {
            let mean = x.reduce(0, +) / Double(x.count)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)
            return (mean, variance / Double(x.count))
        }
        let (x, y) = (moments(a), moments(b))
        return (x.mean - y.mean) / (x.error + y.error).squareRoot()
    }
}
