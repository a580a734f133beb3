import CGMP

extension BigInt {
    /// `self * other` for non-negative values, by an operation sequence that depends on their sizes in limbs only.
    package func timesSecret(_ other: BigInt) -> BigInt {
        precondition(!isNegative && !other.isNegative, "secret products are of natural numbers")
        return .make { tacit_sec_multiply($0, &storage.raw, &other.storage.raw) }
    }

    /// Quotient and remainder of non-negative by positive, with a sequence that depends on sizes only.
    package func dividedSecret(by divisor: BigInt) -> (quotient: BigInt, remainder: BigInt) {
        precondition(!isNegative && divisor.signum > 0, "secret division is of natural numbers")
        let quotient = BigInt()
        let remainder = BigInt.make {
            tacit_sec_divide(&quotient.storage.raw, $0, &storage.raw, &divisor.storage.raw)
        }
        return (quotient, remainder)
    }

    /// The remainder of non-negative by positive, with a sequence that depends on sizes only.
    package func modSecret(_ modulus: BigInt) -> BigInt {
        precondition(!isNegative && modulus.signum > 0, "secret division is of natural numbers")
        return .make { tacit_sec_divide(nil, $0, &storage.raw, &modulus.storage.raw) }
    }
}
