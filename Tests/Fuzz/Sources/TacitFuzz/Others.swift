import Foundation
import Inference

@testable import Paillier
@testable import Secrets
@testable import Tacit

extension FuzzTarget {
    static func csv() throws -> FuzzTarget {
        let texts = [
            "plain": "1,2\n3,4\n", "header": "a,b\n-1.5e3,\"2\"\n",
            "crlf": "\u{FEFF}a;b\r\n1;2\r\n",
            "quotes": "\"a\"\"b\",c\n\"1\",.5\n\n", "empty": "\n",
        ]
        return FuzzTarget(seeds: texts.mapValues { [UInt8]($0.utf8) }) { bytes in
            _ = try? RowTable(parsing: bytes)
            _ = try? RowTable(
                parsing: bytes, options: RowReadingOptions(expected: ExpectedColumns(count: 2)))
            _ = try? RowTable(
                parsing: bytes,
                options: RowReadingOptions(expected: ExpectedColumns(names: ["a", "b"])))
        }
    }

    static func npy() throws -> FuzzTarget {
        func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
            var text = [UInt8](header.utf8)
            let head = version == 1 ? 10 : 12
            while (head + text.count + 1) % 64 != 0 { text.append(32) }
            text.append(10)
            let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(text.count >> (8 * $0) & 255) }
            return [0x93] + [UInt8]("NUMPY".utf8) + [version, 0] + size + text + data
        }
        let seeds = [
            "f8": file(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
                [UInt8](repeating: 0, count: 32)),
            "f4": file(
                "{'descr': '>f4', 'fortran_order': True, 'shape': (1, 3), }",
                [UInt8](repeating: 1, count: 12), version: 2),
            "i8": file(
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", [1, 2], version: 3),
        ]
        return FuzzTarget(seeds: seeds) { bytes in
            let prefixed = NPYHeader.matches(bytes) ? bytes : [0x93] + [UInt8]("NUMPY".utf8) + bytes
            _ = try? RowTable(parsing: prefixed)
            _ = try? RowTable(
                parsing: prefixed, options: RowReadingOptions(expected: ExpectedColumns(count: 2)))
        }
    }

    static func jsonKeys() throws -> FuzzTarget {
        let secret = try PaillierPrivateKey(
            generating: .bits2048Security112, from: RepeatedSource())
        let key = secret.publicKey
        let evaluator = try? PaillierEvaluator(key)
        let seeds: [String: [UInt8]] = [
            "private": try PythonPaillier.json(of: secret).withUnsafeBytes { [UInt8]($0) },
            "public": try PythonPaillier.json(of: key),
            "number": [UInt8](#"{"v": "123456789", "e": -32}"#.utf8),
            "numbers": [UInt8](#"[{"v":"12","e":0},{"v":"\u0031","e":-3}]"#.utf8),
        ]
        return FuzzTarget(seeds: seeds) { bytes in
            if let numbers = try? PythonPaillier.numbers(json: bytes, key: key), let evaluator {
                _ = try? evaluator.tensor(Array(numbers.prefix(2)), fractionBits: 64)
            }
            _ = try? PythonPaillier.publicKey(json: bytes, accepting112BitSecurity: true)
            var copy = bytes
            if let json = try? SecretBytes(moving: &copy) {
                _ = try? PythonPaillier.privateKey(json: json, accepting112BitSecurity: true)
            }
        }
    }

    static func onnx() throws -> FuzzTarget {
        var seeds: [String: [UInt8]] = [:]
        let environment = ProcessInfo.processInfo.environment
        if environment["TACIT_FUZZ_SEEDS"] != nil, let folder = environment["TACIT_FUZZ_ONNX"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where name.hasSuffix(".onnx") {
                let file = URL(filePath: folder).appending(path: name)
                seeds[name] = [UInt8](try Data(contentsOf: file))
            }
        }
        let limits = ImportLimits()
        return FuzzTarget(seeds: seeds) { bytes in
            _ = try? ONNXImporter(limits: limits).read(Data(bytes))
        }
    }

    static func vault() throws -> FuzzTarget {
        func phrase() throws -> Passphrase {
            var bytes = [UInt8]("phrase".utf8)
            return try Passphrase(SecretBytes(moving: &bytes))
        }
        let derivation = KeyDerivation(
            passes: 1, memoryBytes: 8192, salt: [UInt8](repeating: 3, count: 16))
        let wrapping = try derivation.derive(phrase())
        func sealed(_ state: KeyState, _ count: Int) throws -> KeyFile {
            var payload = [UInt8](repeating: 5, count: count)
            let file = try KeyFile(
                sealing: SecretBytes(moving: &payload),
                identity: KeyIdentity(
                    name: "fuzz", keyID: KeyID(from: RepeatedSource()), kind: "ckks",
                    createdAt: 1, metadata: [1, 2, 3]),
                record: KeyRecord(
                    state: .active, shareCount: 1, ledgers: [1: [2], 7: []], revision: 1,
                    changedAt: 2),
                derivation: derivation, wrapping: wrapping)
            guard state == .destroyed else { return file }
            let opened = try file.openRecord(wrapping)
            var record = opened.record
            record.state = .destroyed
            return try file.destroyed(record: record, wrapping: wrapping)
        }
        let pair = try SealedBox.makePair()
        let device = try DeviceKey(bytes: pair.publicKey)
        func opened(_ bytes: [UInt8], _ kind: VaultFileKind) throws -> SecretBytes {
            let file = try KeyFile(decoding: bytes, kind: kind, path: "fuzz.key")
            // Everything behind the passphrase, too, as if it had been right.
            return try file.openPayload(file.openRecord(wrapping).dataKey)
        }
        let key = try sealed(.active, 40)
        let unlocked = UnlockedKey(
            identity: key.identity, record: try key.openRecord(wrapping).record,
            payload: try opened(key.encoded(), .key), wrapping: try derivation.derive(phrase()))
        func content(of box: KeyBox) throws -> [UInt8] {
            let bytes = box.encoded()
            let sealed = bytes[KeyBox.headByteCount..<bytes.count - 32]
            let plain = try SealedBox.open(sealed, device, secret: pair.secret)
            return plain?.withUnsafeBytes { [UInt8]($0) } ?? []
        }
        let length = key.encoded().count
        let list: [UInt8] =
            [1, 0, 0, 0, 1, 0, 0, 0]
            + (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        let seeds = [
            "key": key.encoded(),
            "long": try sealed(.active, 70_000).encoded(),
            "destroyed": try sealed(.destroyed, 8).encoded(),
            "list": list + key.encoded(),
            "box": try KeyBox(sealing: unlocked, to: device).encoded(),
            "content": try content(of: KeyBox(sealing: unlocked, to: device)),
        ]
        func read(_ bytes: [UInt8]) throws {
            _ = try? opened(bytes, .key)
            // What a backup holds once it is opened, and a box, whose content is sealed anew around these bytes.
            _ = try? KeyVault.files(decoding: bytes, path: "fuzz.backup")
            if let box = try? KeyBox(decoding: bytes, path: "fuzz.box") {
                _ = try? box.open(secret: pair.secret, path: "fuzz.box")
            }
            var content = bytes
            let head = [UInt8](bytes.prefix(KeyBox.headByteCount))
            _ = try KeyBox.contents(
                of: SecretBytes(moving: &content), head: head, path: "fuzz.box")
        }
        return FuzzTarget(seeds: seeds) { bytes in
            try? read(bytes)
            if bytes.count > 40 {
                var fixed = bytes
                fixed.replaceSubrange(0..<8, with: KeyFile.magic)
                try? read(Repair.closed(fixed))
            }
        }
    }
}
