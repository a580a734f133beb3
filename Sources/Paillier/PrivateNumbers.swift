import BigNum

/// The secret numbers of a key as integers; lives no longer than one operation.
struct PrivateNumbers {
    let p: BigInt
    let q: BigInt
    /// 1 / L_p((1 + n)^(p-1)) mod p, with L_p(x) = (x - 1) / p.
    let hp: BigInt
    /// The same for q.
    let hq: BigInt
    /// 1 / p mod q.
    let pInverse: BigInt
    /// 1 / p^2 mod q^2.
    let squareInverse: BigInt

    /// What makes two primes unfit for any key, or nil; primality itself is not looked at.
    static func flaw(p: BigInt, q: BigInt, size: PaillierKeySize) -> String? {
        guard p.bitWidth == size.halfBits, q.bitWidth == size.halfBits,
            (p * q).bitWidth == size.bits
        else {
            return "do not have \(size.halfBits) bits each"
        }
        guard p != q else { return "are equal" }
        guard (p - q).magnitude >> (size.halfBits - 100) > 0 else {
            return "are too close together"
        }
        return nil
    }

    /// What makes two primes unfit for fast randomization, or nil.
    static func flawForFixedBase(p: BigInt, q: BigInt) -> String? {
        guard p.lowWord & 3 == 3, q.lowWord & 3 == 3 else { return "are not both 3 modulo 4" }
        guard BigInt.gcd(p - 1, q - 1) == 2 else { return "have a common factor in p-1 and q-1" }
        return nil
    }

    /// hp, hq, 1/p mod q, then the lower and the upper half of 1/p^2 mod q^2, by Fermat's theorem with powers that take a
    /// fixed time.
    static func constants(p: BigInt, q: BigInt) throws(BigNumError) -> [BigInt] {
        // (1 + n)^(p-1) = 1 + (p-1) n mod p^2, so L_p of it is (p-1) q = -q mod p.
        let hp = try (p - q.modSecret(p)).powerSecret(p - 2, modulo: p)
        let hq = try (q - p.modSecret(q)).powerSecret(q - 2, modulo: q)
        let pInverse = try p.modSecret(q).powerSecret(q - 2, modulo: q)
        // 1/p^2 mod q^2 = y (2 - p^2 y) with y = (1/p)^2, which is right modulo q: one Newton step.
        let (pSquare, qSquare) = (p.timesSecret(p), q.timesSecret(q))
        let y = pInverse.timesSecret(pInverse).modSecret(qSquare)
        let product = pSquare.timesSecret(y).modSecret(qSquare)
        let inverse = y.timesSecret(qSquare + 2 - product).modSecret(qSquare)
        let bits = q.bitWidth
        return [hp, hq, pInverse, inverse.lowBits(bits), inverse >> bits]
    }
}
