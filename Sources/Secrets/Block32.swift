/// 32 public bytes without an allocation, in memory order.
struct Block32: Sendable, Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static let byteCount = 32

    init(filling body: (UnsafeMutableRawBufferPointer) -> Void) {
        Swift.withUnsafeMutableBytes(of: &words) { body($0) }
    }

    init(bytes: some Collection<UInt8>, what: String) throws(SecretsError) {
        let count = bytes.count
        guard count == Block32.byteCount else {
            throw .wrongLength(what: what, expected: Block32.byteCount, found: count)
        }
        Swift.withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var copy = words
        return try Swift.withUnsafeBytes(of: &copy) { (bytes) throws(Failure) -> Result in
            try body(bytes)
        }
    }

    var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    static func == (a: Block32, b: Block32) -> Bool { a.words == b.words }

    func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
