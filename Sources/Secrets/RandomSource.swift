/// A source of cryptographic randomness.
///
/// Release products have one conformer, `SystemRandomSource`; the seeded one for tests lives
/// with the tests.
public protocol RandomSource: Sendable {
    /// Overwrites the whole buffer with random bytes.
    func fill(_ buffer: UnsafeMutableRawBufferPointer)
}

/// The operating system's randomness, through libsodium.
///
/// A system without randomness ends the process: there is nothing safe to go on with.
public struct SystemRandomSource: RandomSource {
    /// Creates the source.
    public init() {}

    /// Overwrites the whole buffer with random bytes.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        _ = Sodium.isReady
        Sodium.random(buffer)
    }
}

extension RandomSource {
    /// Random bytes for public use; secrets are drawn with `SecretBytes(randomCount:from:)`.
    public func publicBytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { fill($0) }
        return bytes
    }

    /// A random word for public use.
    public func publicWord() -> UInt64 {
        var word: UInt64 = 0
        withUnsafeMutableBytes(of: &word) { fill($0) }
        return word
    }
}
