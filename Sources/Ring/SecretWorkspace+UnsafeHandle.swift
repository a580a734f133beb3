import RingKernels
package import Secrets

/// Locked memory in which secret coefficients become limbs, and random bytes become secrets.
///
/// Allocating locked memory is slow, so one workspace serves many operations. Small secret
/// polynomials (secret keys, errors, encryption randomness) are N signed bytes in `SecretBytes`.
package struct SecretWorkspace: ~Copyable, Sendable {
    package let context: RingContext
    private var limbs: SecretBytes
    private var stream: SecretBytes

    /// Allocates room for two limbs and for the stream of one sampling.
    package init(context: RingContext) throws(SecretsError) {
        let wordCount = 2 * ((context.degree + 2) / 3)
        let limbs = try SecretBytes(count: 2 * 8 * context.degree)
        let stream = try SecretBytes(count: (8 * wordCount + 63) / 64 * 64)
        self.context = context
        self.limbs = limbs
        self.stream = stream
    }

    /// Overwrites `error`, or the first `count` bytes of it, with a centered binomial polynomial of variance 10.5,
    /// range ±21.
    ///
    /// Reads the stream of the seed with that nonce; never use one pair twice.
    package mutating func drawBinomial(
        into error: inout SecretBytes, count: Int? = nil, seed: borrowing SecretSeed,
        nonce: (UInt32, UInt32, UInt32)
    ) {
        let kernels = context.kernels
        let count = count ?? context.degree
        precondition(
            error.count == context.degree && (0...context.degree).contains(count),
            "one byte per coefficient")
        stream.withUnsafeMutableBytes { words in
            let used = 16 * ((count + 2) / 3)
            fillSecret(UnsafeMutableRawBufferPointer(rebasing: words.prefix(used)), seed, nonce, 0)
            error.withUnsafeMutableBytes { out in
                kernels.binomial21(
                    out.assumingMemoryBound(to: Int8.self).baseAddress,
                    words.assumingMemoryBound(to: UInt64.self).baseAddress, count)
            }
        }
    }

    /// Overwrites `secret` with a uniform ternary polynomial, drawn from the stream of a seed.
    ///
    /// Bytes of value 255 are drawn again; which ones were is independent of the secret.
    package mutating func drawTernary(
        into secret: inout SecretBytes, seed: borrowing SecretSeed, nonce: (UInt32, UInt32, UInt32)
    ) {
        let (degree, kernels) = (context.degree, context.kernels)
        precondition(secret.count == degree, "one byte per coefficient")
        secret.withUnsafeMutableBytes { out in
            fillSecret(out, seed, nonce, 0)
            guard let bytes = out.assumingMemoryBound(to: UInt8.self).baseAddress,
                let signed = out.assumingMemoryBound(to: Int8.self).baseAddress
            else { return }
            guard kernels.ternary(signed, bytes, degree) > 0 else { return }
            // The bytes after the first N, 64 at a time.
            var block = UInt32((degree + 63) / 64)
            var next = 64
            stream.withUnsafeMutableBytes { more in
                let fresh = UnsafeMutableRawBufferPointer(rebasing: more.prefix(64))
                guard let redrawn = fresh.assumingMemoryBound(to: Int8.self).baseAddress
                else { return }
                for place in 0..<degree {
                    while signed[place] == 2 {
                        if next == 64 {
                            fillSecret(fresh, seed, nonce, block)
                            _ = kernels.ternary(
                                redrawn,
                                UnsafeRawPointer(redrawn).assumingMemoryBound(to: UInt8.self),
                                64)
                            (block, next) = (block + 1, 0)
                        }
                        signed[place] = redrawn[next]
                        next += 1
                    }
                }
            }
        }
    }

    /// Gives `body` two limbs in locked memory.
    mutating func withLimbs(
        _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        let degree = context.degree
        limbs.withUnsafeMutableBytes { bytes in
            guard let first = bytes.bindMemory(to: UInt64.self).baseAddress else { return }
            body(first, first + degree)
        }
    }

    /// Zeroes the memory (it is also zeroed when released).
    package mutating func wipe() {
        limbs.wipe()
        stream.wipe()
    }
}

/// Fills from a secret seed; the streams used here are far shorter than ChaCha20's limit.
private func fillSecret(
    _ out: UnsafeMutableRawBufferPointer, _ seed: borrowing SecretSeed,
    _ nonce: (UInt32, UInt32, UInt32), _ block: UInt32
) {
    do {
        try ChaCha20.fill(out, seed: seed, nonce: nonce, startingAtBlock: block)
    } catch {
        preconditionFailure("stream of a polynomial exceeds ChaCha20's limit")
    }
}
