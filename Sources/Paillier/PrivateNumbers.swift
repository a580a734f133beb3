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

    /// What makes two primes unfit for any key, or nil; primality itself is not looked at.
    static func flaw(p: BigInt, q: BigInt, size: PaillierKeySize) -> String? {
        guard p.bitWidth == size.halfBits, q.bitWidth == size.halfBits,
            (p * q).bitWidth == size.bits
        else {
            return "do not have \(size.halfBits) bits each"
        }
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

    /// hp, hq and 1/p mod q, by Fermat's theorem with powers that take a fixed time.
    static func constants(p: BigInt, q: BigInt) throws(BigNumError) -> [BigInt] {
        // (1 + n)^(p-1) = 1 + (p-1) n mod p^2, so L_p of it is (p-1) q = -q mod p.
        let hp = try (p - q.modSecret(p)).powerSecret(p - 2, modulo: p)
        let hq = try (q - p.modSecret(q)).powerSecret(q - 2, modulo: q)
        return [hp, hq, try p.modSecret(q).powerSecret(q - 2, modulo: q)]
    }
}
