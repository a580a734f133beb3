import CGMP

/// The rounding of a quotient; the remainder is always dividend minus quotient times divisor.
public enum DivisionRounding: Sendable {
    /// Towards negative infinity; the remainder has the divisor's sign.
    case floor
    /// Towards zero; the remainder has the dividend's sign.
    case truncating
}

extension BigInt {
    /// Quotient and remainder under the named rounding.
    ///
    /// - Precondition: `divisor` is not zero.
    public func quotientAndRemainder(
        dividingBy divisor: BigInt, rounding: DivisionRounding
    ) -> (quotient: BigInt, remainder: BigInt) {
        precondition(!divisor.isZero, "division of a BigInt by zero")
        let quotient = BigInt()
        let remainder = BigInt()
        switch rounding {
        case .floor:
            mpz_fdiv_qr(
                &quotient.storage.raw, &remainder.storage.raw, &storage.raw, &divisor.storage.raw)
        case .truncating:
            mpz_tdiv_qr(
                &quotient.storage.raw, &remainder.storage.raw, &storage.raw, &divisor.storage.raw)
        }
        return (quotient, remainder)
    }

    /// The integer nearest to `self / divisor`; halves go away from zero.
    ///
    /// - Precondition: `divisor` is not zero.
    public func roundedQuotient(by divisor: BigInt) -> BigInt {
        precondition(!divisor.isZero, "division of a BigInt by zero")
        // |q| = floor((2|a| + |d|) / 2|d|)
        let size = divisor.magnitude
        var quotient = ((magnitude << 1) + size)
        quotient.modify { mpz_fdiv_q($0, $0, &(size << 1).storage.raw) }
        return signum * divisor.signum < 0 ? -quotient : quotient
    }

    /// The quotient of a division known to leave no remainder, faster than the general one.
    ///
    /// - Precondition: `divisor` is not zero and divides `self`.
    public func exactQuotient(by divisor: BigInt) -> BigInt {
        precondition(!divisor.isZero, "division of a BigInt by zero")
        return BigInt.make { mpz_divexact($0, &storage.raw, &divisor.storage.raw) }
    }

    /// Whether `divisor` divides `self`; zero divides only zero.
    public func isDivisible(by divisor: BigInt) -> Bool {
        mpz_divisible_p(&storage.raw, &divisor.storage.raw) != 0
    }

    /// The Euclidean remainder, in `0 ..< |modulus|`.
    ///
    /// - Precondition: `modulus` is not zero.
    public func mod(_ modulus: BigInt) -> BigInt {
        precondition(!modulus.isZero, "a BigInt modulo zero")
        return BigInt.make { mpz_mod($0, &storage.raw, &modulus.storage.raw) }
    }

    /// The representative of the residue class in `(-modulus/2, modulus/2]`.
    ///
    /// - Precondition: `modulus` is positive.
    public func centered(modulo modulus: BigInt) -> BigInt {
        precondition(modulus.signum > 0, "a centered residue needs a positive modulus")
        let residue = mod(modulus)
        return residue << 1 > modulus ? residue - modulus : residue
    }

    /// The Euclidean remainder modulo a machine word.
    ///
    /// - Precondition: `modulus` is not zero.
    public func residue(modulo modulus: UInt64) -> UInt64 {
        precondition(modulus != 0, "a BigInt modulo zero")
        return UInt64(mpz_fdiv_ui(&storage.raw, UInt(modulus)))
    }

    /// The remainder modulo `2^bits`, in `0 ..< 2^bits`.
    ///
    /// - Precondition: `bits` is not negative.
    public func lowBits(_ bits: Int) -> BigInt {
        BigInt.make { mpz_fdiv_r_2exp($0, &storage.raw, UInt(bits)) }
    }
}
