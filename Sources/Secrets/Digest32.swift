/// A digest of 32 bytes.
public struct Digest32: Sendable, Hashable, CustomStringConvertible {
    private let block: Block32

    /// Number of bytes of a digest.
    public static let byteCount = 32

    /// Reads a digest.
    ///
    /// - Throws: `SecretsError.wrongLength` unless there are 32 bytes.
    public init(bytes: some Collection<UInt8>) throws(SecretsError) {
        block = try Block32(bytes: bytes, what: "digest")
    }

    init(filling body: (UnsafeMutableRawBufferPointer) -> Void) {
        block = Block32(filling: body)
    }

    /// BLAKE2b-256 (RFC 7693) of the bytes.
    public static func blake2b(_ bytes: UnsafeRawBufferPointer) -> Digest32 {
        var hasher = Hasher32()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// BLAKE2b-256 (RFC 7693) of the bytes.
    public static func blake2b(_ bytes: [UInt8]) -> Digest32 {
        bytes.withUnsafeBytes { blake2b($0) }
    }

    /// SHA-256 (FIPS 180-4) of the bytes.
    public static func sha256(_ bytes: UnsafeRawBufferPointer) -> Digest32 {
        Digest32 { Sodium.sha256(bytes, into: $0) }
    }

    /// SHA-256 (FIPS 180-4) of the bytes.
    public static func sha256(_ bytes: [UInt8]) -> Digest32 {
        bytes.withUnsafeBytes { sha256($0) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { block.bytes }

    /// Gives `body` the 32 bytes to read.
    public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try block.withUnsafeBytes(body)
    }

    /// All 64 hexadecimal digits.
    public var description: String { Hex.string(bytes) }

    /// The first 12 hexadecimal digits, for messages and tables.
    public var shortDescription: String { String(description.prefix(12)) }
}

/// BLAKE2b-256 (RFC 7693), fed piece by piece; for public data.
public struct Hasher32 {
    private var state: HashState

    /// Starts a hash of nothing.
    public init() {
        _ = Sodium.isReady
        state = HashState()
    }

    /// Starts a hash that cannot agree with one of another domain.
    public init(domain: String) {
        self.init()
        update(domain)
    }

    /// Adds bytes as they are.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&state) { state = state.copy() }
        state.update(bytes)
    }

    /// Adds bytes as they are.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds a word as eight bytes, little-endian.
    public mutating func update(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { update($0) }
    }

    /// Adds a text: the length of its UTF-8 form as a word, then the UTF-8 form.
    public mutating func update(_ text: String) {
        let bytes = [UInt8](text.utf8)
        update(UInt64(bytes.count))
        update(bytes)
    }

    /// Adds a digest's 32 bytes.
    public mutating func update(_ digest: Digest32) {
        digest.withUnsafeBytes { update($0) }
    }

    /// The digest of everything added so far; more can be added after.
    public func finalize() -> Digest32 {
        let last = state.copy()
        return Digest32 { last.finish(into: $0) }
    }
}
