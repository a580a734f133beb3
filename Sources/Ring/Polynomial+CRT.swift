public import BigNum

/// Constants that rebuild integers from residues: D, and D/q_i with its inverse for each modulus.
struct CRTConstants: Sendable {
    let moduli: [Modulus]
    let product: BigInt
    let cofactors: [BigInt]
    /// (D/q_i)^-1 mod q_i.
    let inverses: [UInt64]

    init(moduli: [Modulus]) {
        self.moduli = moduli
        let product = BigInt.product(moduli.map { BigInt($0.value) })
        self.product = product
        cofactors = moduli.map { product.exactQuotient(by: BigInt($0.value)) }
        inverses = zip(moduli, cofactors).map { modulus, cofactor in
            modulus.inverse(cofactor.residue(modulo: modulus.value))
        }
    }

    /// x_i (D/q_i)^-1 mod q_i.
    func scaled(_ residue: UInt64, _ position: Int) -> UInt64 {
        moduli[position].multiply(residue, inverses[position])
    }
}

extension Polynomial {
    var crtConstants: CRTConstants {
        CRTConstants(moduli: (0..<basis.count).map { modulus($0) })
    }

    /// The product of the moduli of all limbs.
    public var modulusProduct: BigInt {
        BigInt.product((0..<basis.count).map { BigInt(modulus($0).value) })
    }
}

extension Polynomial where Form == Coefficient {
    /// The coefficients as integers in (-Q/2, Q/2), Q the product of the moduli.
    ///
    /// Exact: the Chinese remainder theorem over GMP integers.
    public func bigCoefficients() -> [BigInt] {
        let constants = crtConstants
        let limbs = residues()
        return (0..<context.degree).map { place in
            var sum = BigInt()
            for position in 0..<limbs.count {
                sum.addProduct(
                    constants.cofactors[position],
                    constants.scaled(limbs[position][place], position))
            }
            return sum.centered(modulo: constants.product)
        }
    }

    /// The polynomial of integer coefficients of any size and sign.
    ///
    /// - Throws: `RingError.wrongCount` unless there are N, `.invalidBasis`.
    public init(
        bigCoefficients: [BigInt], context: RingContext, basis: Basis
    ) throws(RingError) {
        try context.validate(basis)
        guard bigCoefficients.count == context.degree else {
            throw .wrongCount(
                what: "coefficients", expected: context.degree, found: bigCoefficients.count)
        }
        try self.init(
            residues: basis.indices.map { index in
                let modulus = context.moduli[index].value
                return bigCoefficients.map { $0.residue(modulo: modulus) }
            }, context: context, basis: basis)
    }

    /// The centered coefficients, each rounded once to the nearest double.
    ///
    /// One and two limbs take word arithmetic, more take GMP integers; not constant time.
    public func centeredDoubles() -> [Double] {
        switch basis.count {
        case 1:
            let q = modulus(0)
            return withLimb(0) { limb in limb.indices.map { Double(q.centered(limb[$0])) } }
        case 2: return centeredDoublesOfTwoLimbs()
        default: return bigCoefficients().map { $0.toDouble() }
        }
    }

    /// x = x_0 + q_0 t with x_0 and t = (x_1 - x_0) q_0^-1 mod q_1 both centered is the centered
    /// integer; all three are exact doubles, so the fused step rounds once.
    private func centeredDoublesOfTwoLimbs() -> [Double] {
        let (q0, q1) = (modulus(0), modulus(1))
        let inverse = q1.inverse(q1.reduce(q0.value))
        let factor = q1.shoupFactor(inverse)
        let radix = Double(q0.value)
        return withLimb(0) { first in
            withLimb(1) { second in
                first.indices.map { place in
                    let low = q0.centered(first[place])
                    // |low| < 2^49; the multiple of q1 above makes the difference positive.
                    let offset = (UInt64(1) << 50) / q1.value * q1.value + q1.value
                    let difference = second[place] &+ offset &- UInt64(bitPattern: low)
                    let quotient = difference.multipliedFullWidth(by: factor).high
                    var t = difference &* inverse &- quotient &* q1.value
                    if t >= q1.value { t -= q1.value }
                    return Double(low).addingProduct(Double(q1.centered(t)), radix)
                }
            }
        }
    }
}

extension BasisConverter {
    /// The integers X that the conversion stands for, see the type; the oracle of its kernels.
    package func centered(_ polynomial: Polynomial<Coefficient>) -> [BigInt] {
        let restricted = polynomial.restricted(to: source)
        let constants = restricted.crtConstants
        let limbs = restricted.residues()
        let bits = constants.moduli.map { 64 - $0.value.leadingZeroBitCount }
        let reciprocals = zip(constants.moduli, bits).map { modulus, bits in
            UInt64((UInt128(1) << UInt128(51 + bits)) / UInt128(modulus.value))
        }
        return (0..<context.degree).map { place in
            var sum = BigInt()
            var quotient = UInt64(1) << 50
            for position in 0..<limbs.count {
                let y = constants.scaled(limbs[position][place], position)
                sum.addProduct(constants.cofactors[position], y)
                quotient += UInt64(
                    (UInt128(y) * UInt128(reciprocals[position])) >> UInt128(bits[position]))
            }
            sum.subtractProduct(constants.product, quotient >> 51)
            return sum
        }
    }
}
