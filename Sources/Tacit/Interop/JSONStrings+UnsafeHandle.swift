/// Where the string values of a small JSON object are, found in place, so that secrets among them are not copied.
struct JSONStrings {
    /// Ranges of the characters between the quotation marks, by path, such as `pub.n`.
    private(set) var ranges: [String: Range<Int>] = [:]

    private static let maximumDepth = 8

    /// Nil unless the bytes are one JSON object without repeated names.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        guard object(bytes, &position, path: "", depth: 0) else { return nil }
        skipSpace(bytes, &position)
        guard position == bytes.count else { return nil }
    }

    private mutating func value(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, path: String, depth: Int
    ) -> Bool {
        skipSpace(bytes, &position)
        guard position < bytes.count, depth < Self.maximumDepth else { return false }
        switch bytes[position] {
        case UInt8(ascii: "{"): return object(bytes, &position, path: path, depth: depth + 1)
        case UInt8(ascii: "["): return array(bytes, &position, path: path, depth: depth + 1)
        case UInt8(ascii: "\""):
            guard let range = string(bytes, &position), ranges[path] == nil else { return false }
            ranges[path] = range
            return true
        default:
            let start = position
            while position < bytes.count, Self.isBare(bytes[position]) { position += 1 }
            return position > start
        }
    }

    private mutating func object(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, path: String, depth: Int
    ) -> Bool {
        guard take("{", bytes, &position) else { return false }
        if take("}", bytes, &position) { return true }
        repeat {
            skipSpace(bytes, &position)
            guard let name = string(bytes, &position), take(":", bytes, &position) else {
                return false
            }
            let text = String(decoding: bytes[name], as: UTF8.self)
            guard
                value(bytes, &position, path: path.isEmpty ? text : "\(path).\(text)", depth: depth)
            else { return false }
        } while take(",", bytes, &position)
        return take("}", bytes, &position)
    }

    private mutating func array(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, path: String, depth: Int
    ) -> Bool {
        guard take("[", bytes, &position) else { return false }
        if take("]", bytes, &position) { return true }
        var index = 0
        repeat {
            guard value(bytes, &position, path: "\(path)[\(index)]", depth: depth) else {
                return false
            }
            index += 1
        } while take(",", bytes, &position)
        return take("]", bytes, &position)
    }

    /// The range between the marks of a string; escapes are skipped, not resolved.
    private func string(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Range<Int>? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position - 1
            case UInt8(ascii: "\\"): position += 2
            case 0..<32: return nil
            default: position += 1
            }
        }
        return nil
    }

    private func take(
        _ mark: Unicode.Scalar, _ bytes: UnsafeRawBufferPointer, _ position: inout Int
    ) -> Bool {
        skipSpace(bytes, &position)
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private func skipSpace(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
        while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
    }

    /// Characters of numbers, true, false and null.
    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
