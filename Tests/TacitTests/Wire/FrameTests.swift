import Foundation
import Secrets
import Tacit
import TestSupport
import Testing

/// A directory of its own that is removed with its last reference.
final class ScratchDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tacit-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]? = nil) throws -> String {
        let file = path + "/" + name
        if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: file)) }
        return file
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path) } }
}

func bytes(at path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
}

private let ring = Digest32.blake2b([1])
private let card = Digest32.blake2b([2])

private func sampleHeader(_ kind: FrameKind = .request) throws -> FrameHeader {
    let keyID = try KeyID(bytes: (0..<16).map { UInt8($0) })
    switch kind {
    case .request, .response, .packedRows:
        return try FrameHeader(kind: kind, scheme: .ckks, ring: ring, keyID: keyID, card: card)
    case .publicKey, .evaluationKeys:
        return try FrameHeader(kind: kind, scheme: .ckks, ring: ring, keyID: keyID)
    case .model: return try FrameHeader(kind: kind, scheme: .ckks, ring: ring, card: card)
    case .card: return try FrameHeader(kind: kind, scheme: .ckks, ring: ring)
    }
}

private func writeBody(_ writer: inout ByteWriter) throws(WireError) {
    writer.string("rows")
    writer.u64(7)
}

private func readBody(_ header: FrameHeader, _ reader: inout ByteReader) throws(WireError) -> UInt64
{
    let name = try reader.string("name")
    guard name == "rows" else { throw WireError(.value(part: "name", reason: "not rows")) }
    return try reader.u64("number")
}

@Suite("Frames")
struct FrameTests {
    @Test("every kind comes back, from memory and from a file", arguments: FrameKind.allCases)
    func roundTrip(kind: FrameKind) throws {
        let header = try sampleHeader(kind)
        let bytes = try Frame.bytes(header, body: writeBody)
        let value = try Frame.read(bytes, as: kind) { found, reader throws(WireError) in
            #expect(found == header)
            return try readBody(found, &reader)
        }
        #expect(value == 7)
        #expect(try Frame.byteCount(body: writeBody) == bytes.count)
        #expect(try Frame.header(bytes) == header)
        let scratch = try ScratchDirectory()
        let path = try scratch.file("frame")
        let digest = try Frame.write(header, to: path, body: writeBody)
        #expect(try TacitTests.bytes(at: path) == bytes)
        #expect(try Frame.digest(bytes) == digest)
        #expect(try Frame.read(path: path, as: kind, body: readBody) == 7)
        #expect(try Frame.header(path: path).0 == header)
        #expect(try scratch.names == ["frame"])
    }

    @Test("golden heads and digests", arguments: [1, 2] as [UInt16])
    func golden(version: UInt16) throws {
        let header = try sampleHeader()
        let versioned = try FrameHeader(
            kind: header.kind, scheme: header.scheme, ring: header.ring, keyID: header.keyID,
            card: header.card, version: version)
        let bytes = try Frame.bytes(versioned, body: writeBody)
        #expect(try Frame.read(bytes, as: .request, body: readBody) == 7)
        let scratch = try ScratchDirectory()
        let path = try scratch.file("frame", bytes)
        #expect(try Frame.read(path: path, as: .request, body: readBody) == 7)
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(bytes.count == 104 + 13 + 32)
        let head =
            "895443540d0a1a0a" + "0\(version)00" + "0500" + "01" + "000000" + "0d00000000000000"
        let key = "000102030405060708090a0b0c0d0e0f"
        #expect(hex.prefix(208) == [head, ring.description, key, card.description].joined())
        #expect(hex.dropFirst(208).prefix(26) == "04726f7773" + "0700000000000000")
        // By `digest` of Tests/Oracle/lattice.py.
        let lanes = "7778c5e79beb6ca09510eab7797c7c7efd83ad8f83336b87d3f9e1da7aaea421"
        let content = Array(bytes.dropLast(32))
        #expect(hex.suffix(64) == (version == 1 ? Digest32.blake2b(content).description : lanes))
    }

    @Test("every flipped bit and every truncation is refused, in memory and from a file")
    func exhaustive() throws {
        let good = try Frame.bytes(try sampleHeader(), body: writeBody)
        let scratch = try ScratchDirectory()
        func memory(_ bytes: [UInt8]) -> WireProblem? {
            problem { () throws(WireError) in try Frame.read(bytes, as: .request, body: readBody) }
        }
        func file(_ bytes: [UInt8]) throws -> WireProblem? {
            let path = try scratch.file("x", bytes)
            return problem { () throws(WireError) in
                try Frame.read(path: path, as: .request, body: readBody)
            }
        }
        #expect(memory(good) == nil)
        #expect(try file(good) == nil)
        for bit in 0..<good.count * 8 {
            var bytes = good
            bytes[bit / 8] ^= 1 << (bit % 8)
            let found = memory(bytes)
            #expect(found != nil, "bit \(bit)")
            // Files are slow to write: one bit of every byte.
            if bit % 8 == bit / 8 % 8 { #expect(try file(bytes) == found, "bit \(bit)") }
            // Beyond the head there is one thing to say, whatever the parser made of it.
            if bit >= 104 * 8 { #expect(found == .damaged, "bit \(bit)") }
            if bit < 64 { #expect(found == .notTacit) }
        }
        for count in 0..<good.count {
            let bytes = Array(good.prefix(count))
            let expected: WireProblem =
                count == 0
                ? .notTacit : .truncated(part: count < 104 ? "the header" : "the body")
            #expect(memory(bytes) == expected, "\(count) bytes")
            #expect(try file(bytes) == expected, "\(count) bytes")
        }
        #expect(memory(good + [0]) == .trailingBytes(part: "the file"))
        #expect(try file(good + [0]) == .trailingBytes(part: "the file"))
    }

    @Test("a body that is not read to its end, or beyond, is refused")
    func bodyLength() throws {
        let good = try Frame.bytes(try sampleHeader(), body: writeBody)
        #expect(
            problem { () throws(WireError) in
                try Frame.read(good, as: .request) { _, reader throws(WireError) in
                    try reader.u8("x")
                }
            } == .trailingBytes(part: "the body"))
        #expect(
            problem { () throws(WireError) in
                try Frame.read(good, as: .request) { _, reader throws(WireError) in
                    try reader.bytes(14, "x")
                }
            } == .truncated(part: "x"))
    }

    @Test("kinds, versions and identities are refused by name")
    func refusals() throws {
        let good = try Frame.bytes(try sampleHeader(), body: writeBody)
        #expect(
            problem { () throws(WireError) in
                try Frame.read(good, as: .response, body: readBody)
            } == .wrongKind(expected: .response, found: .request))
        var other = good
        other[8] = 3
        #expect(
            problem { () throws(WireError) in try Frame.header(other) }
                == .unknownVersion(found: 3, known: 2))
        var later = try Frame.bytes(try sampleHeader(.card), body: writeBody)
        later[8] = 2
        #expect(
            problem { () throws(WireError) in try Frame.read(later, as: .card, body: readBody) }
                == .unknownVersion(found: 2, known: 1))
        other = good
        other[10] = 99
        #expect(problem { () throws(WireError) in try Frame.header(other) } == .unknownKind(99))
        // A card that claims a key id.
        other = good
        other[10] = 2
        guard case .header = problem({ () throws(WireError) in try Frame.header(other) }) else {
            Issue.record("a card with a key id was accepted")
            return
        }
        other = good
        for index in 16..<24 { other[index] = 0xFF }
        #expect(
            problem { () throws(WireError) in try Frame.read(other, as: .request, body: readBody) }
                == .truncated(part: "the body"))
        #expect(
            problem { () throws(WireError) in
                try Frame.read(Array("model,rows\n1,2\n".utf8), as: .request, body: readBody)
            } == .notTacit)
        #expect(
            problem { () throws(WireError) in
                try Frame.read(Array("TACITVLT and more".utf8), as: .request, body: readBody)
            } == .vaultFile)
        let header = try sampleHeader()
        try header.check(ring: ring, keyID: header.keyID, card: card)
        let wrong = Digest32.blake2b([9])
        func identity(_ body: () throws(WireError) -> Void) -> FrameIdentity? {
            if case .mismatch(let identity, _, _) = problem(body) { identity } else { nil }
        }
        #expect(identity { () throws(WireError) in try header.check(ring: wrong) } == .ring)
        #expect(identity { () throws(WireError) in try header.check(card: wrong) } == .card)
        let otherKey = try KeyID(bytes: [UInt8](repeating: 7, count: 16))
        #expect(identity { () throws(WireError) in try header.check(keyID: otherKey) } == .key)
        #expect(throws: WireError.self) {
            try FrameHeader(kind: .request, scheme: .ckks, ring: ring)
        }
    }

    @Test("long bodies pass through files in pieces, and damage deep inside is found")
    func longBody() throws {
        var generator = TestGenerator(seed: 21)
        let payload = generator.bytes(count: 2_500_000)
        let write: Frame.BodyWriter = { writer throws(WireError) in
            for start in stride(from: 0, to: payload.count, by: 70_001) {
                writer.bytes(payload[start..<min(payload.count, start + 70_001)])
                try writer.flush()
            }
        }
        let scratch = try ScratchDirectory()
        let path = try scratch.file("long")
        try Frame.write(try sampleHeader(.evaluationKeys), to: path, body: write)
        let read = { (path: String) throws(WireError) in
            try Frame.read(path: path, as: .evaluationKeys) {
                _, reader throws(WireError) -> [UInt8] in
                _ = try reader.u8("first")
                return try reader.bytes(payload.count - 1, "payload")
            }
        }
        #expect(try read(path) == Array(payload.dropFirst()))
        #expect(try bytes(at: path) == Frame.bytes(try sampleHeader(.evaluationKeys), body: write))
        var damaged = try bytes(at: path)
        damaged[1_700_000] ^= 0x10
        let bad = try scratch.file("bad", damaged)
        #expect(problem { () throws(WireError) in try read(bad) } == .damaged)
    }
}

@Suite("Files")
struct FileTests {
    @Test("files that belong together appear together, or none of them and older ones as they were")
    func replacement() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.file("out", [1, 2, 3])
        let beside = scratch.path + "/beside"
        let nowhere = scratch.path + "/no/such/file"
        #expect(throws: WireError.self) {
            try WholeFile.write([(path, [9, 9]), (beside, [8]), (nowhere, [7])])
        }
        #expect(try bytes(at: path) == [1, 2, 3])
        #expect(try scratch.names == ["out"])
        try WholeFile.write([(path, [4]), (beside, [8])])
        #expect(try bytes(at: path) == [4] && bytes(at: beside) == [8])
        // A link is followed, not replaced.
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "out")
        try WholeFile.write([5, 6], path: link)
        #expect(try bytes(at: path) == [5, 6])
        #expect(try scratch.names.sorted() == ["beside", "link", "out"])
    }

    @Test("what cannot be read or written is said in the system's words")
    func failures() throws {
        let scratch = try ScratchDirectory()
        func isRefused(_ path: String) -> Bool {
            if case .cannotWrite = problem({ () throws(WireError) in
                try WholeFile.write([1], path: path)
            }) {
                true
            } else {
                false
            }
        }
        #expect(isRefused(scratch.path))
        #expect(isRefused(scratch.path + "/no/such/file"))
        #expect(isRefused(""))
        if FileManager.default.fileExists(atPath: "/dev/full") { #expect(isRefused("/dev/full")) }
        #expect(throws: RowsError.self) { try RowTable.read(path: scratch.path) }
        #expect(throws: RowsError.self) { try RowTable.read(path: scratch.path + "/none") }
        let fake = try scratch.file("fake.npy", Array("1,2\n".utf8))
        #expect(throws: RowsError.npy(file: fake, problem: .magic)) {
            try RowTable.read(path: fake)
        }
        var options = RowReadingOptions()
        options.maximumBytes = 1000
        if FileManager.default.fileExists(atPath: "/dev/zero") {
            #expect(throws: RowsError.tooLarge(file: "/dev/zero", limitBytes: 1000)) {
                try RowTable.read(path: "/dev/zero", options: options)
            }
        }
    }
}
