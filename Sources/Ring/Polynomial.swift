/// Whether a polynomial is held by coefficients or by values.
public protocol PolynomialForm: Sendable {}

/// Coefficient form: place i holds the coefficient of X^i.
public enum Coefficient: PolynomialForm {}

/// Evaluation form: place i holds the value at psi^(2 br(i) + 1), br reversing log2(N) bits.
public enum Evaluation: PolynomialForm {}

/// A polynomial of Z_Q[X]/(X^N + 1) in residues, one limb per modulus of its basis.
///
/// A value: copies are independent, share storage until one is written, and may cross threads.
/// Between operations every residue is in [0, q). Operations of two polynomials need equal contexts;
/// the right side may have more limbs than the left one, which are then ignored. Breaking these rules
/// is a programmer's error and stops the program.
public struct Polynomial<Form: PolynomialForm>: Sendable {
    /// The ring.
    public let context: RingContext
    /// The moduli of the limbs, in order.
    public let basis: Basis
    var storage: Storage

    /// Undefined residues, to be written at once; secret ones are wiped when they are released.
    package init(uninitialized context: RingContext, basis: Basis, isSecret: Bool = false) {
        self.context = context
        self.basis = basis
        storage = Storage(
            pool: context.pool, degree: context.degree, limbCount: basis.count, isSecret: isSecret)
    }

    init(context: RingContext, basis: Basis, storage: Storage) {
        self.context = context
        self.basis = basis
        self.storage = storage
    }

    /// The zero polynomial.
    public init(zero context: RingContext, basis: Basis) {
        self.init(uninitialized: context, basis: basis)
        for position in 0..<basis.count {
            storage.limb(position).update(repeating: 0, count: context.degree)
        }
    }

    /// A polynomial from residues `[limb][place]`.
    ///
    /// - Throws: `RingError.invalidBasis`, `.wrongCount`, `.residueOutOfRange`.
    public init(
        residues: [[UInt64]], context: RingContext, basis: Basis
    ) throws(RingError) {
        try context.validate(basis)
        guard residues.count == basis.count else {
            throw .wrongCount(what: "limbs", expected: basis.count, found: residues.count)
        }
        self.init(uninitialized: context, basis: basis)
        for (position, limb) in residues.enumerated() {
            guard limb.count == context.degree else {
                throw .wrongCount(
                    what: "residues in limb \(position)", expected: context.degree,
                    found: limb.count)
            }
            let modulus = context.moduli[basis.indices[position]].value
            if let place = limb.firstIndex(where: { $0 >= modulus }) {
                throw .residueOutOfRange(limb: position, coefficient: place)
            }
            let to = storage.limb(position)
            for place in 0..<limb.count { to[place] = limb[place] }
        }
    }

    /// The residues, `[limb][place]`.
    public func residues() -> [[UInt64]] {
        (0..<basis.count).map { position in
            withLimb(position) { span in span.indices.map { span[$0] } }
        }
    }

    /// How many limbs.
    public var limbCount: Int { basis.count }

    /// The modulus of the limb at a position.
    public func modulus(_ position: Int) -> Modulus { context.moduli[basis.indices[position]] }

    /// The limbs of a smaller basis, which must be part of this one.
    public func restricted(to smaller: Basis) -> Polynomial {
        if smaller == basis { return self }
        let result = Polynomial(
            uninitialized: context, basis: smaller, isSecret: storage.isSecret)
        for position in 0..<smaller.count {
            result.storage.limb(position).update(
                from: result.matchingLimb(of: self, at: position), count: context.degree)
        }
        return result
    }

    /// Joins the limbs of two polynomials over bases without a common modulus.
    public static func joined(_ a: Polynomial, _ b: Polynomial) -> Polynomial {
        precondition(a.context === b.context, "polynomials of two rings")
        let result = Polynomial(uninitialized: a.context, basis: a.basis + b.basis)
        for position in 0..<result.basis.count {
            let source =
                position < a.basis.count ? a.limb(position) : b.limb(position - a.basis.count)
            result.storage.limb(position).update(from: source, count: a.context.degree)
        }
        return result
    }
}

extension Polynomial: Equatable {
    /// Whether contexts, bases and all residues are equal (not constant time).
    public static func == (a: Polynomial, b: Polynomial) -> Bool {
        guard a.context === b.context || a.context.isEquivalent(to: b.context),
            a.basis == b.basis
        else { return false }
        if a.storage === b.storage { return true }
        return (0..<a.basis.count).allSatisfy { position in
            let (x, y) = (a.limb(position), b.limb(position))
            return (0..<a.context.degree).allSatisfy { x[$0] == y[$0] }
        }
    }
}
