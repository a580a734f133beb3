package import BigNum

/// Lifts residues modulo several primes to the integer nearest to zero, by the formula of
/// `BasisConverter` in plain word arithmetic, so that both engines form identical digits.
package struct CenteredLift: Sendable {
    private let moduli: [UInt64]
    private let cofactors: [BigInt]
    private let inverses: [UInt64]
    private let reciprocals: [UInt64]
    /// Product of the primes.
    package let product: BigInt

    package init(_ moduli: [UInt64]) {
        self.moduli = moduli
        let product = BigInt.product(moduli.map { BigInt($0) })
        self.product = product
        cofactors = moduli.map { product.exactQuotient(by: BigInt($0)) }
        inverses = zip(moduli, cofactors).map { modulus, cofactor in
            let inverse = cofactor.mod(BigInt(modulus)).inverse(modulo: BigInt(modulus))
            return inverse?.lowWord ?? 0
        }
        reciprocals = moduli.map { modulus in
            UInt64((UInt128(1) << UInt128(51 + Self.bitLength(modulus))) / UInt128(modulus))
        }
    }

    private static func bitLength(_ value: UInt64) -> Int { 64 - value.leadingZeroBitCount }

    /// The integer X with X = x modulo the product and |X| at most half of it (1 + 2^-40).
    package func lift(_ x: BigInt) -> BigInt {
        var sum: UInt64 = 0
        var result = BigInt()
        for (index, modulus) in moduli.enumerated() {
            let residue = x.residue(modulo: modulus)
            let wide = residue.multipliedFullWidth(by: inverses[index])
            let y = modulus.dividingFullWidth((wide.high, wide.low)).remainder
            let scaled = UInt128(y) * UInt128(reciprocals[index])
            sum += UInt64(scaled >> UInt128(Self.bitLength(modulus)))
            result.addProduct(cofactors[index], y)
        }
        let quotient = (sum + (1 << 50)) >> 51
        result.subtractProduct(product, quotient)
        return result
    }

    /// round(x / product), with the remainder that `lift` gives.
    package func roundedQuotient(_ x: BigInt) -> BigInt {
        (x - lift(x)).exactQuotient(by: product)
    }
}
