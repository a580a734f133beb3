import Foundation
import Ring
import Secrets

/// One entry of Tests/Corpus/manifest.json: a corrupt file as edits of a good one, and what must be said of it.
struct Corruption: Decodable, Sendable {
    let name: String
    let good: String
    let expected: String
    let edits: [Edit]

    /// All of them.
    static func all() throws -> [Corruption] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Corpus/manifest.json")
        return try JSONDecoder().decode([Corruption].self, from: Data(contentsOf: file))
    }

    /// The corrupt file.
    func apply(to good: [UInt8]) throws -> [UInt8] {
        try edits.reduce(good) { try $1.apply(to: $0) }
    }
}

/// A step from a good file to a corrupt one; `edits.py` does the same.
enum Edit: Decodable, Sendable {
    case truncate(Int)
    case append([UInt8])
    case whole([UInt8])
    case body([UInt8])
    case set(Int, [UInt8])
    case insert(Int, [UInt8])
    case delete(Int, Int)
    case flip(Int, Int)
    case sub(pattern: String, template: String)
    case replace([UInt8], [UInt8])
    case close
    case digest

    struct Unusable: Error {
        let reason: String
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first else { throw Unusable(reason: "no edit") }
        func pair<A: Decodable, B: Decodable>(_: A.Type, _: B.Type) throws -> (A, B) {
            var list = try container.nestedUnkeyedContainer(forKey: key)
            return (try list.decode(A.self), try list.decode(B.self))
        }
        func placed() throws -> (Int, [UInt8]) {
            let (place, hex) = try pair(Int.self, String.self)
            return (place, try Edit.bytes(hex))
        }
        func repeated() throws -> [UInt8] {
            let (hex, count) = try pair(String.self, Int.self)
            let bytes = try Edit.bytes(hex)
            return (0..<count).flatMap { _ in bytes }
        }
        switch key.stringValue {
        case "truncate": self = .truncate(try container.decode(Int.self, forKey: key))
        case "append":
            self = .append(try Edit.bytes(try container.decode(String.self, forKey: key)))
        case "whole": self = .whole(try repeated())
        case "body": self = .body(try repeated())
        case "set":
            let (place, bytes) = try placed()
            self = .set(place, bytes)
        case "insert":
            let (place, bytes) = try placed()
            self = .insert(place, bytes)
        case "delete":
            let (place, count) = try pair(Int.self, Int.self)
            self = .delete(place, count)
        case "flip":
            let (place, bit) = try pair(Int.self, Int.self)
            self = .flip(place, bit)
        case "sub":
            let (pattern, template) = try pair(String.self, String.self)
            self = .sub(pattern: pattern, template: template)
        case "replace":
            let (old, new) = try pair(String.self, String.self)
            self = .replace(try Edit.bytes(old), try Edit.bytes(new))
        case "close": self = .close
        case "digest": self = .digest
        default: throw Unusable(reason: "unknown edit \(key.stringValue)")
        }
    }

    private static func bytes(_ hex: String) throws -> [UInt8] {
        guard let bytes = Hex.bytes(hex) else { throw Unusable(reason: "not hexadecimal: \(hex)") }
        return bytes
    }

    func apply(to content: [UInt8]) throws -> [UInt8] {
        func place(_ offset: Int) throws -> Int {
            let place = offset >= 0 ? offset : content.count + offset
            guard content.indices.contains(place) else {
                throw Unusable(reason: "no byte \(offset)")
            }
            return place
        }
        var changed = content
        switch self {
        case .truncate(let count):
            return Array(count >= 0 ? content.prefix(count) : content.dropLast(-count))
        case .append(let more): return content + more
        case .whole(let bytes): return bytes
        case .body(let bytes): return content.prefix(104) + bytes + content.suffix(32)
        case .set(let offset, let bytes):
            let start = try place(offset)
            changed.replaceSubrange(start..<min(start + bytes.count, content.count), with: bytes)
        case .insert(let offset, let bytes):
            changed.insert(contentsOf: bytes, at: try place(offset))
        case .delete(let offset, let count):
            let start = try place(offset)
            changed.removeSubrange(start..<start + count)
        case .flip(let offset, let bit): changed[try place(offset)] ^= 1 << UInt8(bit)
        case .sub(let pattern, let template): return try substitute(pattern, template, content)
        case .replace(let old, let new):
            guard let range = content.firstRange(of: old) else {
                throw Unusable(reason: "nothing to replace")
            }
            changed.replaceSubrange(range, with: new)
        case .close:
            let length = UInt64(content.count - 136)
            for index in 0..<8 {
                changed[16 + index] = UInt8(truncatingIfNeeded: length >> UInt64(8 * index))
            }
            return try Edit.digest.apply(to: changed)
        case .digest:
            let body = Array(content.dropLast(32))
            // Requests and responses of version 2 end in the digest of eight lanes.
            guard body.starts(with: [0x89, 0x54, 0x43, 0x54]), body[8] == 2 else {
                return body + Digest32.blake2b(body).bytes
            }
            var hasher = LaneHasher()
            hasher.update(body)
            return body + hasher.finalize().bytes
        }
        return changed
    }

    /// The first match of a regular expression; files count as Latin-1.
    private func substitute(
        _ pattern: String, _ template: String, _ content: [UInt8]
    ) throws -> [UInt8] {
        let text = NSMutableString(
            string: String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) })))
        let expression = try NSRegularExpression(pattern: pattern)
        let all = NSRange(location: 0, length: text.length)
        guard let match = expression.firstMatch(in: text as String, range: all) else {
            throw Unusable(reason: "nothing matches \(pattern)")
        }
        // Python writes \1 where Foundation writes $1.
        let replacement = expression.replacementString(
            for: match, in: text as String, offset: 0,
            template: template.replacing("\\1", with: "$1"))
        text.replaceCharacters(in: match.range, with: replacement)
        return (text as String).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
