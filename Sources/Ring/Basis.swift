/// Ordered indices into a context's moduli: the limbs of a polynomial.
public struct Basis: Sendable, Hashable {
    /// The indices, each once.
    public let indices: [Int]

    /// The limbs `range` of a context.
    public init(_ range: Range<Int>) {
        indices = Array(range)
    }

    /// Limbs in the given order.
    ///
    /// Indices must not repeat; `RingContext.validate(_:)` checks bases that come from outside.
    public init(_ indices: [Int]) {
        self.indices = indices
    }

    /// How many limbs.
    public var count: Int { indices.count }

    /// The position of a modulus index in this basis.
    package func position(of index: Int) -> Int? {
        // Bases are mostly prefixes of the chain, where a limb stands at its own index.
        if index < indices.count, indices[index] == index { return index }
        return indices.firstIndex(of: index)
    }

    /// Whether every limb of `other` is also a limb of this basis.
    public func contains(_ other: Basis) -> Bool {
        other.indices.allSatisfy { position(of: $0) != nil }
    }

    /// The first limbs.
    public func prefix(_ count: Int) -> Basis { Basis(Array(indices.prefix(count))) }

    /// All but the last limbs.
    public func dropLast(_ count: Int) -> Basis { Basis(Array(indices.dropLast(count))) }

    /// The limbs that are not in `other`, in order.
    public func subtracting(_ other: Basis) -> Basis {
        Basis(indices.filter { other.position(of: $0) == nil })
    }

    /// The limbs of both, first those of the left side.
    public static func + (a: Basis, b: Basis) -> Basis { Basis(a.indices + b.indices) }
}
