import CGMP

/// The way from powers of a ciphertext to its plaintext, on limbs of fixed number: `secret_arithmetic.h`.
///
/// Holds the key's secrets, wiped when released; lives no longer than one batch.
package final class PaillierDecoder {
    private let modP: SquareModulus
    private let modQ: SquareModulus
    private let limbs: Int
    /// p, q, hp, hq and 1/p mod q, of k limbs each.
    private let secrets: LimbArray
    /// n and the largest magnitude of a plaintext, of 2k limbs each.
    private let range: LimbArray

    /// Takes the secrets of a key, all of p's width, and its largest magnitude of a plaintext.
    ///
    /// - Precondition: p and q have the same number of limbs.
    package init(
        modP: SquareModulus, modQ: SquareModulus, hp: BigInt, hq: BigInt, pInverse: BigInt,
        n: BigInt, bound: BigInt
    ) {
        (self.modP, self.modQ) = (modP, modQ)
        limbs = modP.modulus.bitWidth / 64
        precondition(modQ.modulus.bitWidth / 64 == limbs, "primes of one width")
        secrets = LimbArray(count: 5, stride: limbs)
        for (index, value) in [modP.modulus, modQ.modulus, hp, hq, pInverse].enumerated() {
            secrets.write(value, at: index, offset: 0, limbs: limbs)
        }
        range = LimbArray(count: 2, stride: 2 * limbs)
        range.write(n, at: 0, offset: 0, limbs: 2 * limbs)
        range.write(bound, at: 1, offset: 0, limbs: 2 * limbs)
    }

    /// The plaintext of a ciphertext c, of `c^(p-1)` modulo p^2 and `c^(q-1)` modulo q^2; nil beyond the bound.
    package func decode(_ powerP: RingElement, _ powerQ: RingElement) -> BigInt? {
        let halves = (modP.plainHalves(powerP), modQ.plainHalves(powerQ))
        var key = tacit_paillier_secret(
            limbs: limbs, p: secrets[0], q: secrets[1], hp: secrets[2], hq: secrets[3],
            inverse: secrets[4], n: range[0], bound: range[1])
        var isBeyond: Int32 = 0
        let result = BigInt.make {
            isBeyond = tacit_paillier_decode($0, &key, halves.0[0], halves.1[0])
        }
        return isBeyond == 0 ? result : nil
    }
}
