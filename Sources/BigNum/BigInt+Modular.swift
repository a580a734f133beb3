import CGMP

extension BigInt {
    /// `self^exponent` modulo `modulus`, in time that depends on all operands: for public values only.
    ///
    /// A negative exponent uses the inverse. Throws `BigNumError.modulusNotPositive` or `.notInvertible`.
    public func power(_ exponent: BigInt, modulo modulus: BigInt) throws(BigNumError) -> BigInt {
        guard modulus.signum > 0 else { throw .modulusNotPositive(operation: "power") }
        guard exponent.isNegative else {
            return .make {
                mpz_powm($0, &storage.raw, &exponent.storage.raw, &modulus.storage.raw)
            }
        }
        guard let inverse = inverse(modulo: modulus) else {
            throw .notInvertible(operation: "power with a negative exponent")
        }
        return try inverse.power(-exponent, modulo: modulus)
    }

    /// `self^exponent` modulo `modulus` with an operation sequence that depends on operand sizes only.
    ///
    /// For secret exponents (and bases and moduli). The modulus must be odd and positive and the
    /// exponent positive, or a `BigNumError` is thrown; the size of the exponent in limbs is not hidden.
    public func powerSecret(_ exponent: BigInt, modulo modulus: BigInt) throws(BigNumError)
        -> BigInt
    {
        guard modulus.signum > 0 else { throw .modulusNotPositive(operation: "powerSecret") }
        guard modulus.isOdd else { throw .modulusEven(operation: "powerSecret") }
        guard exponent.signum > 0 else { throw .exponentNotPositive(operation: "powerSecret") }
        return .make {
            mpz_powm_sec($0, &storage.raw, &exponent.storage.raw, &modulus.storage.raw)
        }
    }

    /// The inverse in `0 ..< |modulus|`, or nil if there is none; variable time.
    public func inverse(modulo modulus: BigInt) -> BigInt? {
        guard !modulus.isZero else { return nil }
        let result = BigInt()
        guard mpz_invert(&result.storage.raw, &storage.raw, &modulus.storage.raw) != 0 else {
            return nil
        }
        return result
    }

    /// The greatest common divisor, never negative.
    public static func gcd(_ a: BigInt, _ b: BigInt) -> BigInt {
        make { mpz_gcd($0, &a.storage.raw, &b.storage.raw) }
    }

    /// The least common multiple, never negative.
    public static func lcm(_ a: BigInt, _ b: BigInt) -> BigInt {
        make { mpz_lcm($0, &a.storage.raw, &b.storage.raw) }
    }

    /// The Jacobi symbol (self / n), or nil unless `n` is odd and positive.
    public func jacobi(_ n: BigInt) -> Int? {
        guard n.signum > 0, n.isOdd else { return nil }
        return Int(mpz_jacobi(&storage.raw, &n.storage.raw))
    }
}
