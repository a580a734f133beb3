/// The random name of a key: 16 public bytes that a key, its public and evaluation keys, and the
/// ciphertexts made under it carry.
public struct KeyID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Number of bytes of a key id.
    public static let byteCount = 16

    /// Draws a key id.
    public init(from source: some RandomSource) {
        high = source.publicWord()
        low = source.publicWord()
    }

    /// Reads a key id.
    ///
    /// - Throws: `SecretsError.wrongLength` unless there are 16 bytes.
    public init(bytes: some Collection<UInt8>) throws(SecretsError) {
        let count = bytes.count
        guard count == KeyID.byteCount else {
            throw .wrongLength(what: "key id", expected: KeyID.byteCount, found: count)
        }
        func word(_ bytes: some Collection<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        high = word(bytes.prefix(8))
        low = word(bytes.dropFirst(8))
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    /// All 32 hexadecimal digits.
    public var description: String { Hex.string(bytes) }

    /// The first 8 hexadecimal digits, for messages and tables.
    public var shortDescription: String { String(description.prefix(8)) }
}
