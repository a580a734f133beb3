import BigNum

/// The secret numbers of a key; lives no longer than one operation.
struct PrivateNumbers {
    let p: SecretNatural
    let q: SecretNatural
    /// 1 / L_p((1 + n)^(p-1)) mod p, with L_p(x) = (x - 1) / p.
    let hp: SecretNatural
    /// The same for q.
    let hq: SecretNatural
    /// 1 / p mod q.
    let pInverse: SecretNatural
    /// 1 / p^2 mod q^2, as the lower half and the multiple of q.
    let squareInverse: SecretNatural

    /// What makes two primes unfit for any key, or nil; primality itself is not looked at.
    ///
    /// What is found is public: nil for every key there is.
    static func flaw(p: SecretNatural, q: SecretNatural, size: PaillierKeySize) -> String? {
        guard 64 * p.limbCount == size.halfBits, 64 * q.limbCount == size.halfBits,
            p.isFullPublished, q.isFullPublished, p.times(q).isFullPublished
        else {
            return "do not have \(size.halfBits) bits each"
        }
        guard !p.equalsPublished(q) else { return "are equal" }
        guard !p.isNearPublished(q, bits: size.halfBits - 100) else {
            return "are too close together"
        }
        return nil
    }

    /// What makes two odd numbers without a flaw unfit for fast randomization, or nil.
    ///
    /// What is found is public: nil for every key that has a base.
    static func flawForFixedBase(p: SecretNatural, q: SecretNatural) -> String? {
        guard p.lowBitsPublished(3) == 3, q.lowBitsPublished(3) == 3 else {
            return "are not both 3 modulo 4"
        }
        // Both less one are 2 modulo 4: halves are odd.
        guard q.shiftedRight(by: 1).isCoprimePublished(to: p.shiftedRight(by: 1)) else {
            return "have a common factor in p-1 and q-1"
        }
        return nil
    }

    /// hp, hq, 1/p mod q, then the two halves of 1/p^2 mod q^2, by Fermat's theorem.
    static func constants(p: SecretNatural, q: SecretNatural) -> [SecretNatural] {
        let (modP, modQ) = (SquareModulus(secret: p), SquareModulus(secret: q))
        func inverse(_ value: SecretNatural, _ ring: SquareModulus) -> SecretNatural {
            ring.residue(ring.power(ring.element(value), ring.number.minus(2)))
        }
        // (1 + n)^(p-1) = 1 + (p-1) n mod p^2, so L_p of it is (p-1) q = -q mod p.
        let hp = inverse(q.mod(p).subtracted(from: p), modP)
        let hq = inverse(p.mod(q).subtracted(from: q), modQ)
        let pInverse = inverse(p, modQ)
        // 1/p^2 mod q^2 = y (2 - p^2 y) with y = (1/p)^2, which is right modulo q: one Newton step. There p^2 y = 1 + b q.
        let root = modQ.element(pInverse)
        let y = modQ.product(root, root)
        let b = modQ.upperHalf(modQ.product(modQ.element(p.times(p)), y))
        let halves = modQ.halves(y, timesOnePlus: b.subtracted(from: q).mod(q))
        return [hp, hq, pInverse, halves]
    }
}
