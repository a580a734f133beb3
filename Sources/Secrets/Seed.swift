/// A public seed of 32 bytes; it expands into the uniform half of keys and ciphertexts.
public struct Seed: Sendable, Hashable {
    private let block: Block32

    /// Number of bytes of a seed.
    public static let byteCount = 32

    /// Reads a seed.
    ///
    /// - Throws: `SecretsError.wrongLength` unless there are 32 bytes.
    public init(bytes: some Collection<UInt8>) throws(SecretsError) {
        block = try Block32(bytes: bytes, what: "seed")
    }

    /// Draws a seed.
    public init(from source: some RandomSource) {
        block = Block32 { source.fill($0) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { block.bytes }

    /// Gives `body` the 32 bytes to read.
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try block.withUnsafeBytes(body)
    }
}

/// A secret seed of 32 bytes, from which errors and secrets are drawn.
public struct SecretSeed: ~Copyable, Sendable {
    private var storage: SecretBytes

    /// Draws a seed.
    public init(from source: some RandomSource) throws(SecretsError) {
        storage = try SecretBytes(randomCount: Seed.byteCount, from: source)
    }

    /// Takes over 32 secret bytes.
    ///
    /// - Throws: `SecretsError.wrongLength` unless there are 32 bytes.
    public init(_ bytes: consuming SecretBytes) throws(SecretsError) {
        let count = bytes.count
        guard count == Seed.byteCount else {
            throw .wrongLength(what: "secret seed", expected: Seed.byteCount, found: count)
        }
        storage = bytes
    }

    /// Replaces the seed by a fresh one in the same memory, sparing an allocation.
    public mutating func refresh(from source: some RandomSource) {
        storage.withUnsafeMutableBytes { source.fill($0) }
    }

    /// Gives `body` the 32 bytes to read.
    public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBytes(body)
    }
}
