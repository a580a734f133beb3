/// The basis a polynomial's coefficients refer to.
public enum PolynomialBasis: Sendable, Hashable {
    /// 1, x, x^2, …
    case power
    /// Chebyshev polynomials of the first kind T_0, T_1, … on [-1, 1]; T_0's coefficient is not halved.
    case chebyshev
}

/// A coefficient of a polynomial: the same in all slots, or one per slot.
public enum SlotCoefficient: Sendable, Hashable {
    /// One number for all slots.
    case shared(Double)
    /// One number for every slot.
    case perSlot([Double])
}

/// A polynomial that is evaluated in every slot, with shared or per-slot coefficients.
///
/// Invariants: at least one coefficient; all finite; the last is not zero unless it is the only one; all
/// per-slot coefficients have the same length, and a per-slot coefficient is not constant over the slots.
public struct SlotPolynomial: Sendable, Hashable {
    /// Highest degree that is supported.
    public static let maximumDegree = 511

    /// The basis.
    public let basis: PolynomialBasis
    /// Coefficients, lowest degree first.
    public let coefficients: [SlotCoefficient]
    /// Number of slots that per-slot coefficients were given for; nil when all are shared.
    public let slotCount: Int?

    /// Adopts coefficients and trims trailing zeros.
    ///
    /// - Parameters:
    ///   - basis: what the coefficients multiply.
    ///   - coefficients: lowest degree first, finite; not empty.
    /// - Throws: `CircuitsError.emptyPolynomial`, `.notFinite`, `.degreeTooHigh` or `.vectorLength`.
    public init(basis: PolynomialBasis, coefficients: [SlotCoefficient]) throws(CircuitsError) {
        guard !coefficients.isEmpty else { throw .emptyPolynomial }
        var slotCount: Int?
        for (degree, coefficient) in coefficients.enumerated() {
            let what = "coefficient of degree \(degree)"
            switch coefficient {
            case .shared(let value):
                guard value.isFinite else { throw .notFinite(what: what, index: 0) }
            case .perSlot(let values):
                try SlotVector.real(values).check(what, slotCount: slotCount ?? values.count)
                guard !values.isEmpty else { throw .vectorLength(what: what, found: 0, slots: 1) }
                slotCount = values.count
            }
        }
        var trimmed = coefficients.map(\.normalized)
        while trimmed.count > 1, trimmed.last?.isZero == true { trimmed.removeLast() }
        guard trimmed.count - 1 <= Self.maximumDegree else {
            throw .degreeTooHigh(degree: trimmed.count - 1, maximum: Self.maximumDegree)
        }
        self.basis = basis
        self.coefficients = trimmed
        self.slotCount = slotCount
    }

    /// Adopts coefficients that are the same in all slots.
    ///
    /// - Throws: as `init(basis:coefficients:)`.
    public init(basis: PolynomialBasis, coefficients: [Double]) throws(CircuitsError) {
        try self.init(basis: basis, coefficients: coefficients.map { .shared($0) })
    }

    /// Adopts one coefficient vector per degree, each with one number per slot.
    ///
    /// - Throws: as `init(basis:coefficients:)`.
    public init(basis: PolynomialBasis, slotCoefficients: [[Double]]) throws(CircuitsError) {
        try self.init(basis: basis, coefficients: slotCoefficients.map { .perSlot($0) })
    }

    /// Degree after trimming; 0 for constants.
    public var degree: Int { coefficients.count - 1 }

    /// Levels an evaluation consumes: ceil(log2(degree + 1)), one less where the degree is a power of two
    /// and the leading coefficient a small integer.
    public var depth: Int {
        let general = (degree + 1).ceilingLog2
        return hasFreeLeadingTerm ? general - 1 : general
    }

    /// Whether the leading term can be had without a level for its coefficient.
    var hasFreeLeadingTerm: Bool {
        guard degree > 0, degree & (degree - 1) == 0 else { return false }
        return coefficients[degree].smallInteger != nil
    }

    /// The value at x in a slot: the oracle of the encrypted evaluation (Horner, or Clenshaw's recurrence).
    ///
    /// - Parameters:
    ///   - x: the argument.
    ///   - slot: which slot's coefficients count; immaterial when all are shared.
    public func evaluate(_ x: Double, slot: Int = 0) -> Double {
        switch basis {
        case .power:
            return coefficients.reversed().reduce(0) { $0 * x + $1[slot] }
        case .chebyshev:
            var (b1, b2) = (0.0, 0.0)
            for coefficient in coefficients.dropFirst().reversed() {
                (b1, b2) = (2 * x * b1 - b2 + coefficient[slot], b1)
            }
            return x * b1 - b2 + coefficients[0][slot]
        }
    }
}

extension SlotCoefficient {
    /// The coefficient of a slot.
    public subscript(slot: Int) -> Double {
        switch self {
        case .shared(let value): value
        case .perSlot(let values): values[slot.modulo(values.count)]
        }
    }

    /// Whether it is zero in every slot.
    public var isZero: Bool {
        switch self {
        case .shared(let value): value == 0
        case .perSlot(let values): values.allSatisfy { $0 == 0 }
        }
    }

    /// Shared where all slots agree.
    var normalized: SlotCoefficient {
        guard case .perSlot(let values) = self, let first = values.first,
            values.allSatisfy({ $0 == first })
        else { return self }
        return .shared(first)
    }

    /// The value as an integer that a ciphertext may be multiplied by without noticeable growth.
    var smallInteger: Int? {
        guard case .shared(let value) = self, value != 0, abs(value) <= 1024 else { return nil }
        return Int(exactly: value)
    }

    static func - (left: SlotCoefficient, right: SlotCoefficient) -> SlotCoefficient {
        switch (left, right) {
        case (.shared(let a), .shared(let b)): .shared(a - b)
        case (.shared(let a), .perSlot(let b)): .perSlot(b.map { a - $0 })
        case (.perSlot(let a), .shared(let b)): .perSlot(a.map { $0 - b })
        case (.perSlot(let a), .perSlot(let b)): .perSlot(zip(a, b).map { $0 - $1 })
        }
    }

    func doubled() -> SlotCoefficient {
        switch self {
        case .shared(let value): .shared(2 * value)
        case .perSlot(let values): .perSlot(values.map { 2 * $0 })
        }
    }
}

extension Int {
    /// The smallest e with 2^e >= self, for a positive self.
    var ceilingLog2: Int { self <= 1 ? 0 : Int.bitWidth - (self - 1).leadingZeroBitCount }
}
