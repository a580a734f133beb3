import CGMP

/// What the owner of a Paillier key computes with its primes, on limbs of fixed number: `paillier_secret.h`.
///
/// Holds the key's secrets, wiped when released; lives no longer than one batch, and is of one thread.
package final class PaillierDecoder {
    /// Arithmetic modulo p^2.
    package let modP: SquareModulus
    /// Arithmetic modulo q^2.
    package let modQ: SquareModulus

    private let limbs: Int
    /// hp, hq and 1/p mod q, of k limbs each; p^2, the halves of 1/p^2 modulo q^2, n and the largest magnitude of a plaintext, of
    /// 2k limbs each.
    private let numbers: [SecretNatural]
    private let room: LimbArray

    /// Takes the secrets of a key, all of p's width, and its largest magnitude of a plaintext.
    ///
    /// - Precondition: p and q have the same number of limbs.
    package init(
        modP: SquareModulus, modQ: SquareModulus, hp: SecretNatural, hq: SecretNatural,
        pInverse: SecretNatural, squareInverse: SecretNatural, n: BigInt, bound: BigInt
    ) {
        (self.modP, self.modQ) = (modP, modQ)
        limbs = modP.limbCount
        precondition(modQ.limbCount == limbs, "primes of one width")
        numbers = [
            hp, hq, pInverse, modP.number.times(modP.number), squareInverse,
            SecretNatural(n, limbCount: 2 * limbs), SecretNatural(bound, limbCount: 2 * limbs),
        ]
        room = LimbArray(count: 1, stride: tacit_paillier_scratch(limbs))
    }

    private var secrets: tacit_paillier_secret {
        tacit_paillier_secret(
            p: modP.divisor, q: modQ.divisor, hp: numbers[0].limbs[0], hq: numbers[1].limbs[0],
            inverse: numbers[2].limbs[0], n: numbers[5].limbs[0], bound: numbers[6].limbs[0],
            square: numbers[3].limbs[0], square_inverse: numbers[4].limbs[0])
    }

    /// n, of 2k limbs.
    package var n: SecretNatural { numbers[5] }

    /// The plaintext of a ciphertext c, of `c^(p-1)` modulo p^2 and `c^(q-1)` modulo q^2; nil beyond the bound.
    ///
    /// Public from here on: it is its owner's.
    package func decode(_ powerP: RingElement, _ powerQ: RingElement) -> BigInt? {
        let halves = (modP.plainHalves(powerP), modQ.plainHalves(powerQ))
        var key = secrets
        let magnitude = SecretNatural(limbCount: 2 * limbs)
        let flags = SecretNatural(limbCount: 2)
        tacit_paillier_decode(
            magnitude.limbs[0], flags.limbs[0], &key, halves.0[0], halves.1[0], room[0])
        let (isNegative, isBeyond) = (
            SecretNatural.published(flags.limbs[0][0]), SecretNatural.published(flags.limbs[0][1])
        )
        guard !isBeyond else { return nil }
        let plaintext = magnitude.published()
        return isNegative ? -plaintext : plaintext
    }

    /// The ciphertext `(1 + n m) r` of a plaintext modulo n (2k limbs), r a random n-th power modulo p^2 and modulo q^2; public.
    package func encode(
        _ plaintext: SecretNatural, _ powerP: RingElement, _ powerQ: RingElement
    ) -> BigInt {
        let slopes = (
            slope(plaintext, modP, cofactor: modQ.number),
            slope(plaintext, modQ, cofactor: modP.number)
        )
        let halves = (
            modP.plainHalves(powerP, timesOnePlus: slopes.0),
            modQ.plainHalves(powerQ, timesOnePlus: slopes.1)
        )
        var key = secrets
        let result = SecretNatural(limbCount: 4 * limbs)
        tacit_paillier_combine(result.limbs[0], &key, halves.0[0], halves.1[0], room[0])
        return result.published()
    }

    /// k with `1 + n m = 1 + k p` modulo p^2.
    private func slope(
        _ plaintext: SecretNatural, _ ring: SquareModulus, cofactor: SecretNatural
    ) -> SecretNatural {
        let result = SecretNatural(limbCount: limbs)
        withUnsafePointer(to: ring.divisor) {
            tacit_paillier_slope(
                result.limbs[0], plaintext.limbs[0], $0, cofactor.limbs[0], room[0])
        }
        return result
    }
}
