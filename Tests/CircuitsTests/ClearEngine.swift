import CKKS
import ComplexModule
import RealModule
import Synchronization

/// An engine over cleartext slots that keeps the scheme's books: levels, scales, polynomial counts.
///
/// It refuses what the scheme refuses and counts what it is asked, so circuits can be tested against their plans.
final class ClearEngine: SlotArithmetic {
    struct Ciphertext: Sendable {
        var values: [Complex<Double>]
        var level: Int
        var scale: Double
        var polynomialCount = 2
    }

    struct Tally: Sendable, Equatable {
        /// Highest level every rotation was used at.
        var rotations: [Int: Int] = [:]
        var hoisted = 0
        var full = 0
        var plain = 0
        var scalar = 0
        var products = 0
        var relinearizations = 0
        var rescales = 0
        var relinearizationLevel: Int?
    }

    let parameters: CKKSParameters
    let encoder: SlotEncoder
    private let books = Mutex(Tally())

    init(_ parameters: CKKSParameters) throws {
        self.parameters = parameters
        encoder = SlotEncoder(context: try CKKSContext(parameters))
    }

    var tally: Tally { books.withLock { $0 } }
    func resetTally() { books.withLock { $0 = Tally() } }
    private func note(_ change: (inout Tally) -> Void) { books.withLock { change(&$0) } }

    func encrypt(_ values: [Complex<Double>], level: Int) -> Ciphertext {
        Ciphertext(values: values, level: level, scale: parameters.scale(atLevel: level))
    }

    func level(of ciphertext: Ciphertext) -> Int { ciphertext.level }
    func scale(of ciphertext: Ciphertext) -> Double { ciphertext.scale }
    func polynomialCount(of ciphertext: Ciphertext) -> Int { ciphertext.polynomialCount }

    private func match(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0x1p-45 * max(a, b) }

    private func requireEqual(_ operation: String, _ a: Ciphertext, _ b: Ciphertext)
        throws(CKKSError)
    {
        guard a.level == b.level else {
            throw .levelMismatch(operation: operation, left: a.level, right: b.level)
        }
        guard match(a.scale, b.scale) else {
            throw .scaleMismatch(
                operation: operation, level: a.level, leftBits: .log2(a.scale),
                rightBits: .log2(b.scale))
        }
    }

    private func zipped(
        _ a: Ciphertext, _ b: Ciphertext,
        _ body: (Complex<Double>, Complex<Double>) -> Complex<Double>
    ) -> Ciphertext {
        var result = a
        result.values = zip(a.values, b.values).map(body)
        result.polynomialCount = max(a.polynomialCount, b.polynomialCount)
        return result
    }

    func add(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        try requireEqual("add", a, b)
        return zipped(a, b) { $0 + $1 }
    }

    func subtract(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        try requireEqual("subtract", a, b)
        return zipped(a, b) { $0 - $1 }
    }

    func negate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { try multiplyInteger(a, -1) }

    private func decoded(_ operation: String, _ a: Ciphertext, _ p: Plaintext) throws(CKKSError)
        -> Ciphertext
    {
        guard a.level == p.level else {
            throw .levelMismatch(operation: operation, left: a.level, right: p.level)
        }
        return Ciphertext(values: try encoder.decode(p), level: p.level, scale: p.scale)
    }

    func addPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
        try add(a, decoded("addPlain", a, p))
    }

    func multiplyPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
        note { $0.plain += 1 }
        var result = zipped(a, try decoded("multiplyPlain", a, p)) { $0 * $1 }
        result.scale = a.scale * p.scale
        return result
    }

    func multiplyInteger(_ a: Ciphertext, _ factor: Int) throws(CKKSError) -> Ciphertext {
        var result = a
        result.values = a.values.map { $0.multiplied(by: Double(factor)) }
        return result
    }

    func multiplyScalar(_ a: Ciphertext, _ factor: Double, resultScale: Double) throws(CKKSError)
        -> Ciphertext
    {
        note { $0.scalar += 1 }
        var result = a
        result.values = a.values.map { $0.multiplied(by: factor) }
        result.scale = resultScale
        return result
    }

    func addScalar(_ a: Ciphertext, _ summand: Double) throws(CKKSError) -> Ciphertext {
        var result = a
        result.values = a.values.map { $0 + Complex(summand) }
        return result
    }

    func multiply(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard a.level == b.level else {
            throw .levelMismatch(operation: "multiply", left: a.level, right: b.level)
        }
        guard a.polynomialCount == 2, b.polynomialCount == 2 else {
            throw .wrongDegree(operation: "multiply", found: 3, expected: 2)
        }
        note { $0.products += 1 }
        var result = zipped(a, b) { $0 * $1 }
        result.scale = a.scale * b.scale
        result.polynomialCount = 3
        return result
    }

    func relinearize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard a.polynomialCount == 3 else { return a }
        note {
            $0.relinearizations += 1
            $0.relinearizationLevel = max($0.relinearizationLevel ?? 0, a.level)
        }
        var result = a
        result.polynomialCount = 2
        return result
    }

    func relinearizeAndRescale(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        try rescale(relinearize(a))
    }

    func rescale(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard a.level > 0 else { throw .noLevelLeft(operation: "rescale") }
        note { $0.rescales += 1 }
        var result = a
        result.scale = a.scale / parameters.groupProduct(atLevel: a.level)
        result.level -= 1
        let target = parameters.scale(atLevel: result.level)
        if match(result.scale, target) { result.scale = target }
        return result
    }

    func truncate(_ a: Ciphertext, toLevel level: Int) throws(CKKSError) -> Ciphertext {
        guard (0...a.level).contains(level) else {
            throw .levelOutOfRange(operation: "truncate", level: level, maximum: a.level)
        }
        var result = a
        result.level = level
        return result
    }

    func dropLevel(_ a: Ciphertext, to level: Int) throws(CKKSError) -> Ciphertext {
        var result = try truncate(a, toLevel: level)
        result.scale = parameters.scale(atLevel: level)
        return result
    }

    private func rotated(_ a: Ciphertext, by amount: Int) -> Ciphertext {
        let n = a.values.count
        let shift = ((amount % n) + n) % n
        var result = a
        result.values = (0..<n).map { a.values[($0 + shift) % n] }
        if shift != 0 {
            note { $0.rotations[shift] = max($0.rotations[shift] ?? 0, a.level) }
        }
        return result
    }

    func rotate(_ a: Ciphertext, by amount: Int) throws(CKKSError) -> Ciphertext {
        guard a.polynomialCount == 2 else {
            throw .wrongDegree(operation: "rotate", found: 3, expected: 2)
        }
        if amount % a.values.count != 0 { note { $0.full += 1 } }
        return rotated(a, by: amount)
    }

    func rotations(_ a: Ciphertext, by amounts: [Int]) throws(CKKSError) -> [Ciphertext] {
        note { $0.hoisted += amounts.count { $0 != 0 } }
        return amounts.map { rotated(a, by: $0) }
    }

    func conjugate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        var result = a
        result.values = a.values.map(\.conjugate)
        return result
    }

    func weightedRotationSums(
        _ a: Ciphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [Ciphertext] {
        let amounts = Set(sums.joined().map(\.amount).filter { $0 != 0 })
        note { $0.hoisted += amounts.count }
        var results: [Ciphertext] = []
        for terms in sums {
            var operands: [Ciphertext] = []
            for (index, term) in terms.enumerated() {
                guard term.weights.isExtended else {
                    throw .plaintextNotExtended(operation: "weightedRotationSums", index: index)
                }
                operands.append(rotated(a, by: term.amount))
            }
            let sum = try weightedSum(operands, terms.map(\.weights))
            results.append(try rescaling ? rescale(sum) : sum)
        }
        return results
    }

    func rotatedSum(_ terms: [(ciphertext: Ciphertext, amount: Int)]) throws(CKKSError)
        -> Ciphertext
    {
        var sum = try rotate(terms[0].ciphertext, by: terms[0].amount)
        for term in terms.dropFirst() {
            sum = try add(sum, rotate(term.ciphertext, by: term.amount))
        }
        return sum
    }

    func weightedSum(_ ciphertexts: [Ciphertext], _ factors: [Double], resultScale: Double)
        throws(CKKSError) -> Ciphertext
    {
        var sum = try multiplyScalar(ciphertexts[0], factors[0], resultScale: resultScale)
        for (ciphertext, factor) in zip(ciphertexts, factors).dropFirst() {
            sum = try add(sum, multiplyScalar(ciphertext, factor, resultScale: resultScale))
        }
        return sum
    }

    func rerandomize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { a }
}
