import CGMP

/// Arithmetic on secrets by a sequence of operations that depends on sizes in limbs only.
///
/// `limbs` is the least number of limbs that a value is taken to have: its public width, so that small values take
/// no less time than others.
extension BigInt {
    /// `self * other` for non-negative values; `limbs` holds for both.
    package func timesSecret(_ other: BigInt, limbs: Int = 0) -> BigInt {
        precondition(!isNegative && !other.isNegative, "secret products are of natural numbers")
        return .make { tacit_sec_multiply($0, &storage.raw, &other.storage.raw, limbs) }
    }

    /// Quotient and remainder of non-negative by positive; `limbs` holds for the dividend.
    package func dividedSecret(
        by divisor: BigInt, limbs: Int = 0
    ) -> (quotient: BigInt, remainder: BigInt) {
        precondition(!isNegative && divisor.signum > 0, "secret division is of natural numbers")
        let quotient = BigInt()
        let remainder = BigInt.make {
            tacit_sec_divide(
                &quotient.storage.raw, $0, &storage.raw, &divisor.storage.raw, limbs)
        }
        return (quotient, remainder)
    }

    /// The remainder of non-negative by positive; `limbs` holds for the dividend.
    package func modSecret(_ modulus: BigInt, limbs: Int = 0) -> BigInt {
        precondition(!isNegative && modulus.signum > 0, "secret division is of natural numbers")
        return .make { tacit_sec_divide(nil, $0, &storage.raw, &modulus.storage.raw, limbs) }
    }
}
