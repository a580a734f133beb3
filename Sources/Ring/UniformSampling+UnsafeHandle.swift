import RingKernels
public import Secrets

extension Polynomial {
    /// A public uniform polynomial, expanded from a seed.
    ///
    /// The limb of the modulus with index i in the context comes from the ChaCha20 stream of the
    /// seed with nonce (stream, digit, i), read as little-endian words: word w gives the residue
    /// high64(w q) and is rejected iff low64(w q) < 2^64 mod q. Rejected places are refilled in
    /// order from the words after the first N. So a limb does not depend on the other limbs.
    ///
    /// - Parameters:
    ///   - seed: The public seed.
    ///   - stream: What the polynomial is for, to keep uses of one seed apart.
    ///   - digit: The digit of a key that it belongs to, else 0.
    ///   - context: The ring.
    ///   - basis: The limbs.
    public static func uniform(
        seed: Seed, stream: UInt32, digit: UInt32, context: RingContext, basis: Basis
    ) -> Polynomial {
        let result = Polynomial(uninitialized: context, basis: basis)
        let degree = context.degree
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: degree) { rejected in
            context.forEachLimb(of: basis) { kernels, position, modulus in
                let nonce = (stream, digit, UInt32(basis.indices[position]))
                let limb = result.storage.limb(position)
                fillPublic(
                    UnsafeMutableRawBufferPointer(start: limb, count: 8 * degree), seed, nonce, 0)
                let count = kernels.uniform(
                    limb, rejected.baseAddress, limb, degree, modulus)
                if count > 0 {
                    refill(limb, rejected.prefix(count), seed, nonce, modulus, degree)
                }
            }
        }
        return result
    }

    /// Redraws the rejected places from the words after the first N, block by block.
    private static func refill(
        _ limb: UnsafeMutablePointer<UInt64>, _ rejected: Slice<UnsafeMutableBufferPointer<UInt32>>,
        _ seed: Seed, _ nonce: (UInt32, UInt32, UInt32), _ modulus: ModulusPointer, _ degree: Int
    ) {
        let wordsPerBlock = ChaCha20.blockByteCount / 8
        var block = UInt32(degree / wordsPerBlock)
        var words = [UInt64](repeating: 0, count: wordsPerBlock)
        var next = wordsPerBlock
        let q = modulus.pointee.q
        for place in rejected {
            var accepted = false
            while !accepted {
                if next == wordsPerBlock {
                    words.withUnsafeMutableBytes { fillPublic($0, seed, nonce, block) }
                    (block, next) = (block + 1, 0)
                }
                let product = words[next].multipliedFullWidth(by: q)
                next += 1
                accepted = product.low >= modulus.pointee.word
                limb[Int(place)] = product.high
            }
        }
    }
}

/// Fills from a public seed; the streams used here are far shorter than ChaCha20's limit.
private func fillPublic(
    _ out: UnsafeMutableRawBufferPointer, _ seed: Seed, _ nonce: (UInt32, UInt32, UInt32),
    _ block: UInt32
) {
    do {
        try ChaCha20.fill(out, seed: seed, nonce: nonce, startingAtBlock: block)
    } catch {
        preconditionFailure("stream of a limb exceeds ChaCha20's limit")
    }
}
