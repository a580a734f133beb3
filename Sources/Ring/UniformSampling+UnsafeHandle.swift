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
        for (position, index) in basis.indices.enumerated() {
            context.fillUniform(
                result.storage.limb(position), seed: seed, stream: stream, digit: digit,
                modulusIndex: index)
        }
        return result
    }
}

extension RingContext {
    /// One limb of `Polynomial.uniform`.
    func fillUniform(
        _ limb: UnsafeMutablePointer<UInt64>, seed: Seed, stream: UInt32, digit: UInt32,
        modulusIndex index: Int
    ) {
        let nonce = (stream, digit, UInt32(index))
        let modulus = tables[index].modulus
        fillPublic(UnsafeMutableRawBufferPointer(start: limb, count: 8 * degree), seed, nonce, 0)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: degree) { rejected in
            let count = kernels.uniform(limb, rejected.baseAddress, limb, degree, modulus)
            if count > 0 { refill(limb, rejected.prefix(count), seed, nonce, modulus) }
        }
    }

    /// Redraws the rejected places from the words after the first N, block by block.
    private func refill(
        _ limb: UnsafeMutablePointer<UInt64>, _ rejected: Slice<UnsafeMutableBufferPointer<UInt32>>,
        _ seed: Seed, _ nonce: (UInt32, UInt32, UInt32), _ modulus: ModulusPointer
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

    /// Fills whole blocks from a public seed, by the kernel where there is one, else by the library.
    ///
    /// Both give the same bytes. The streams used here are far shorter than ChaCha20's limit.
    private func fillPublic(
        _ out: UnsafeMutableRawBufferPointer, _ seed: Seed, _ nonce: (UInt32, UInt32, UInt32),
        _ block: UInt32
    ) {
        if let chaCha20 = kernels.chacha20 {
            seed.withUnsafeBytes { key in
                withUnsafeBytes(of: nonce) { nonce in
                    chaCha20(
                        out.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        key.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        nonce.baseAddress?.assumingMemoryBound(to: UInt32.self), block,
                        out.count / ChaCha20.blockByteCount)
                }
            }
            return
        }
        do {
            try ChaCha20.fill(out, seed: seed, nonce: nonce, startingAtBlock: block)
        } catch {
            preconditionFailure("stream of a limb exceeds ChaCha20's limit")
        }
    }
}
