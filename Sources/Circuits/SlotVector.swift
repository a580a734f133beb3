public import ComplexModule
public import RealModule

/// One value per slot, real or complex.
public enum SlotVector: Sendable, Hashable {
    /// Real values.
    case real([Double])
    /// Complex values.
    case complex([Complex<Double>])

    /// Number of values.
    public var count: Int {
        switch self {
        case .real(let values): values.count
        case .complex(let values): values.count
        }
    }

    /// Whether every value is zero.
    public var isZero: Bool {
        switch self {
        case .real(let values): values.allSatisfy { $0 == 0 }
        case .complex(let values): values.allSatisfy { $0 == .zero }
        }
    }

    /// The values as complex numbers.
    public var complexValues: [Complex<Double>] {
        switch self {
        case .real(let values): values.map { Complex($0) }
        case .complex(let values): values
        }
    }

    /// The vector whose slot t holds this one's slot t + amount, cyclically.
    public func rotated(by amount: Int) -> SlotVector {
        switch self {
        case .real(let values): .real(Self.rotate(values, amount))
        case .complex(let values): .complex(Self.rotate(values, amount))
        }
    }

    /// Position of the first value that is not finite, or nil.
    var firstNonFinite: Int? {
        switch self {
        case .real(let values): values.firstIndex { !$0.isFinite }
        case .complex(let values): values.firstIndex { !$0.isFinite }
        }
    }

    /// Checks length and finiteness.
    ///
    /// - Throws: `CircuitsError.vectorLength` or `.notFinite`.
    func check(_ what: String, slotCount: Int) throws(CircuitsError) {
        guard count == slotCount else {
            throw .vectorLength(what: what, found: count, slots: slotCount)
        }
        if let index = firstNonFinite { throw .notFinite(what: what, index: index) }
    }

    static func + (left: SlotVector, right: SlotVector) -> SlotVector {
        if case .real(let a) = left, case .real(let b) = right {
            return .real(zip(a, b).map { $0 + $1 })
        }
        return .complex(zip(left.complexValues, right.complexValues).map { $0 + $1 })
    }

    private static func rotate<T>(_ values: [T], _ amount: Int) -> [T] {
        guard !values.isEmpty else { return values }
        let start = amount.modulo(values.count)
        return Array(values[start...] + values[..<start])
    }
}

extension Int {
    /// Representative in 0..<modulus, for a positive modulus.
    func modulo(_ modulus: Int) -> Int {
        let rest = self % modulus
        return rest < 0 ? rest + modulus : rest
    }
}
