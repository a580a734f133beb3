/// Elements of a BYTES tensor as the binary tensor extension writes them: 4 bytes of length, little-endian, then
/// the element.
public enum BytesElements {
    /// Bytes of the length before each element.
    public static let prefixByteCount = 4

    /// The length that stands before an element.
    ///
    /// - Parameter byteCount: bytes of the element, below 2^32.
    public static func prefix(_ byteCount: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(clamping: byteCount).littleEndian, Array.init)
    }

    /// Elements one after the other.
    public static func encode(_ elements: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.reduce(0) { $0 + $1.count + prefixByteCount })
        for element in elements {
            bytes += prefix(element.count)
            bytes += element
        }
        return bytes
    }

    /// The elements in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: exactly `count` elements.
    ///   - count: how many there must be.
    /// - Returns: nil where the lengths do not fill the bytes exactly.
    public static func decode(_ bytes: some Collection<UInt8>, count: Int) -> [[UInt8]]? {
        var rest = bytes[...]
        var elements: [[UInt8]] = []
        while elements.count < count {
            guard let length = readPrefix(rest) else { return nil }
            rest = rest.dropFirst(prefixByteCount)
            guard rest.count >= length else { return nil }
            elements.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? elements : nil
    }

    /// The length at the start of `bytes`; nil where there are fewer than four bytes.
    public static func readPrefix(_ bytes: some Collection<UInt8>) -> Int? {
        let first = bytes.prefix(prefixByteCount)
        guard first.count == prefixByteCount else { return nil }
        return first.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
