import Foundation
import Secrets
import Testing

@Suite struct VaultCorruptionTests {
    let folder: TemporaryFolder
    let vault: KeyVault
    let good: [UInt8]
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        vault = try folder.vault()
        try Sample.store(in: vault)
        good = try folder.bytes("clinic.key")
        path = folder.file("clinic.key")
    }

    private func error(opening bytes: [UInt8]) throws -> SecretsError? {
        try folder.write("clinic.key", bytes)
        do {
            _ = try Sample.open(vault)
            return nil
        } catch let error as SecretsError {
            return error
        }
    }

    /// The bytes with the checksum that a forger would put under them.
    private func rechecked(_ bytes: [UInt8]) -> [UInt8] {
        let body = [UInt8](bytes.dropLast(32))
        return body + Digest32.blake2b(body).bytes
    }

    @Test func everyBitFlipIsNoticed() throws {
        for index in good.indices {
            for bit in 0..<8 {
                var bytes = good
                bytes[index] ^= 1 << bit
                let expected =
                    index < 8
                    ? SecretsError.notAKeyFile(path: path)
                    : SecretsError.damaged(path: path, reason: "cut short or changed")
                let found = try error(opening: bytes)
                #expect(found == expected, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func everyBitFlipUnderAFreshChecksumIsNoticed() throws {
        var counts: [String: Int] = [:]
        for index in good.indices.dropLast(32) {
            for bit in 0..<8 {
                var bytes = good
                bytes[index] ^= 1 << bit
                let found = try error(opening: rechecked(bytes))
                #expect(found != nil, "byte \(index), bit \(bit) changes nothing")
                if let found { counts[caseName(found), default: 0] += 1 }
            }
        }
        // Every kind of guard is there, and the seals bear most of it.
        for kind in [
            "notAKeyFile", "unsupportedVersion", "damaged", "altered", "wrongPassphrase",
            "derivationTooCostly", "nameMismatch",
        ] {
            #expect(counts[kind, default: 0] > 0, "no flip ended in \(kind)")
        }
        #expect(counts["altered", default: 0] > 1000)
    }

    @Test func everyTruncationIsNoticed() throws {
        for count in 0..<good.count {
            let cut = [UInt8](good.prefix(count))
            let expected: SecretsError =
                count == 0
                ? .notAKeyFile(path: path)
                : .damaged(path: path, reason: "cut short or changed")
            #expect(try error(opening: cut) == expected, "cut to \(count) bytes")
            if count >= 32 {
                #expect(try error(opening: rechecked(cut)) != nil, "cut to \(count), rechecked")
            }
        }
    }

    @Test func trailingBytesAreNoticed() throws {
        #expect(
            try error(opening: good + [0])
                == .damaged(path: path, reason: "cut short or changed"))
        let longer = rechecked([UInt8](good.dropLast(32)) + [0] + [UInt8](repeating: 0, count: 32))
        #expect(
            try error(opening: longer) == .damaged(path: path, reason: "lengths do not add up"))
    }

    @Test func costsAreCappedBeforeAnythingIsDerived() throws {
        // The record begins behind the preamble and the identity, whose length stands at 12.
        let record = 32 + Int(good[12]) + Int(good[13]) << 8
        for (offset, value) in [(4, [0, 0, 0, 0]), (4, [17, 0, 0, 0]), (8, [1, 0, 0, 64])] {
            var bytes = good
            for (index, byte) in value.enumerated() { bytes[record + offset + index] = UInt8(byte) }
            let found = try error(opening: rechecked(bytes))
            guard case .derivationTooCostly = found else {
                Issue.record("\(value) at \(offset): \(String(describing: found))")
                continue
            }
        }
    }

    @Test func partsOfTwoKeysDoNotMix() throws {
        try Sample.store(in: vault, name: "another", payload: [UInt8]("attack at dusk".utf8))
        let other = try folder.bytes("another.key")
        let sealed = try vault.info("clinic").sealedByteCount
        let mixed = [UInt8](good.dropLast(32 + sealed)) + other.suffix(32 + sealed)
        #expect(
            try error(opening: rechecked(mixed)) == .altered(name: "clinic", part: "record"))
    }

    @Test func anOldRecordDoesNotFitADestroyedKey() throws {
        try folder.write("clinic.key", good)
        try vault.setState("clinic", to: .destroyed, passphrase: passphrase(Sample.phrase))
        let destroyed = try folder.bytes("clinic.key")
        let record = 32 + Int(good[12]) + Int(good[13]) << 8
        var bytes = destroyed
        bytes[record + 2] = KeyState.active.rawValue
        #expect(
            try error(opening: rechecked(bytes))
                == .damaged(path: path, reason: "state and content disagree"))
    }

    @Test func filesOfOtherKinds() throws {
        for bytes in [[UInt8]("TACIT".utf8.reversed()), [0x50, 0x4b, 3, 4], [0]] {
            let padded = bytes + [UInt8](repeating: 7, count: 500)
            #expect(try error(opening: padded) == .notAKeyFile(path: path))
        }
    }

    private func caseName(_ error: SecretsError) -> String {
        Mirror(reflecting: error).children.first?.label ?? "\(error)"
    }
}
