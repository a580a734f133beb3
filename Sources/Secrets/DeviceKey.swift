/// The public key of a device: what others seal keys to.
///
/// An X25519 key. As text it is `tacit-device-` and 72 hexadecimal digits: 32 bytes and a checksum against typing errors,
/// the first four bytes of their BLAKE2b-256 digest.
public struct DeviceKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Number of bytes of a public key, and of a secret one.
    public static let byteCount = 32

    private static let prefix = "tacit-device-"
    private static let checkByteCount = 4

    init(bytes: some Collection<UInt8>) throws(SecretsError) {
        let count = bytes.count
        guard count == DeviceKey.byteCount else {
            throw .wrongLength(
                what: "device's public key", expected: DeviceKey.byteCount, found: count)
        }
        self.bytes = [UInt8](bytes)
    }

    /// Reads the text of a public key; spaces and line ends around it do not matter.
    ///
    /// - Throws: `SecretsError.notADevice` for any other text.
    public init(_ text: String) throws(SecretsError) {
        let shown = text.trimmed
        guard shown.hasPrefix(DeviceKey.prefix),
            let bytes = Hex.bytes(String(shown.dropFirst(DeviceKey.prefix.count))),
            bytes.count == DeviceKey.byteCount + DeviceKey.checkByteCount,
            DeviceKey.check([UInt8](bytes.prefix(DeviceKey.byteCount)))
                == [UInt8](bytes.suffix(DeviceKey.checkByteCount))
        else { throw .notADevice(text) }
        try self.init(bytes: bytes.prefix(DeviceKey.byteCount))
    }

    /// The text that `init(_:)` reads.
    public var description: String { DeviceKey.prefix + Hex.string(bytes + DeviceKey.check(bytes)) }

    private static func check(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](Digest32.blake2b(bytes).bytes.prefix(checkByteCount))
    }
}

extension String {
    /// Without spaces and line ends around it.
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let front = drop(while: isSpace)
        return String(front.reversed().drop(while: isSpace).reversed())
    }
}
