package import CKKS
package import ComplexModule
import RealModule

/// An engine without encryption: slots in the clear, with weights and constants as rounded as encoding rounds them.
///
/// What it computes is what ciphertexts would hold without noise. It holds several ciphertexts' slots at once, so that
/// every plaintext is decoded once for many rows.
package struct SimulatedArithmetic: SlotArithmetic {
    /// Slots of several ciphertexts that go through the same operations.
    package struct Ciphertext: Sendable {
        /// The slots, one list for each ciphertext.
        package var groups: [[Complex<Double>]]
        package var level: Int
        package var scale: Double
        var polynomialCount = 2

        package init(groups: [[Complex<Double>]], level: Int, scale: Double) {
            self.groups = groups
            self.level = level
            self.scale = scale
        }
    }

    package let parameters: CKKSParameters
    private let encoder: SlotEncoder

    package init(context: CKKSContext) {
        parameters = context.parameters
        encoder = SlotEncoder(context: context)
    }

    package func level(of ciphertext: Ciphertext) -> Int { ciphertext.level }
    package func scale(of ciphertext: Ciphertext) -> Double { ciphertext.scale }
    package func polynomialCount(of ciphertext: Ciphertext) -> Int { ciphertext.polynomialCount }

    private typealias Slot = Complex<Double>

    private func mapped(_ a: Ciphertext, _ body: (Slot) -> Slot) -> Ciphertext {
        var result = a
        result.groups = a.groups.map { $0.map(body) }
        return result
    }

    private func zipped(_ a: Ciphertext, _ b: Ciphertext, _ body: (Slot, Slot) -> Slot)
        -> Ciphertext
    {
        var result = a
        result.groups = zip(a.groups, b.groups).map { zip($0, $1).map(body) }
        result.polynomialCount = max(a.polynomialCount, b.polynomialCount)
        return result
    }

    package func add(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        zipped(a, b) { $0 + $1 }
    }

    package func subtract(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        zipped(a, b) { $0 - $1 }
    }

    package func negate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { mapped(a) { -$0 } }

    package func addPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
        let slots = try encoder.decode(p)
        var result = a
        result.groups = a.groups.map { zip($0, slots).map { $0 + $1 } }
        return result
    }

    package func multiplyPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
        let slots = try encoder.decode(p)
        var result = a
        result.groups = a.groups.map { zip($0, slots).map { $0 * $1 } }
        result.scale = a.scale * p.scale
        return result
    }

    package func multiplyInteger(_ a: Ciphertext, _ factor: Int) throws(CKKSError) -> Ciphertext {
        mapped(a) { $0.multiplied(by: Double(factor)) }
    }

    package func multiplyScalar(
        _ a: Ciphertext, _ factor: Double, resultScale: Double
    ) throws(CKKSError) -> Ciphertext {
        var result = mapped(a) { $0.multiplied(by: rounded(factor, resultScale / a.scale)) }
        result.scale = resultScale
        return result
    }

    package func addScalar(_ a: Ciphertext, _ summand: Double) throws(CKKSError) -> Ciphertext {
        let summand = Complex(rounded(summand, a.scale))
        return mapped(a) { $0 + summand }
    }

    /// A constant as it is encoded at a scale.
    private func rounded(_ value: Double, _ scale: Double) -> Double {
        let integer = (value * scale).rounded(.toNearestOrEven)
        return integer.isFinite ? integer / scale : value
    }

    package func multiply(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
        var result = zipped(a, b) { $0 * $1 }
        result.scale = a.scale * b.scale
        result.polynomialCount = 3
        return result
    }

    package func relinearize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        var result = a
        result.polynomialCount = 2
        return result
    }

    package func rescale(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard a.level > 0 else { throw .noLevelLeft(operation: "rescale") }
        var result = a
        result.level -= 1
        let scale = a.scale / parameters.groupProduct(atLevel: a.level)
        let target = parameters.scale(atLevel: result.level)
        result.scale = abs(scale - target) <= 0x1p-45 * max(scale, target) ? target : scale
        return result
    }

    package func truncate(_ a: Ciphertext, toLevel level: Int) throws(CKKSError) -> Ciphertext {
        var result = a
        result.level = level
        return result
    }

    package func dropLevel(_ a: Ciphertext, to level: Int) throws(CKKSError) -> Ciphertext {
        var result = try truncate(a, toLevel: level)
        result.scale = parameters.scale(atLevel: level)
        return result
    }

    package func rotate(_ a: Ciphertext, by amount: Int) throws(CKKSError) -> Ciphertext {
        let count = parameters.slotCount
        let shift = ((amount % count) + count) % count
        guard shift != 0 else { return a }
        var result = a
        result.groups = a.groups.map { Array($0[shift...] + $0[..<shift]) }
        return result
    }

    package func conjugate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
        mapped(a) { $0.conjugate }
    }

    package func rerandomize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { a }
}
